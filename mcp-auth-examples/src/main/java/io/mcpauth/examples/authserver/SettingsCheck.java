package io.mcpauth.examples.authserver;

import io.mcpauth.examples.authserver.EmbeddedAuthorizationServer.Account;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The checks behind {@link EmbeddedAuthorizationServer.Settings}. */
final class SettingsCheck {
  /** RFC 6749 section 3.3. */
  private static final Pattern SCOPE_TOKEN = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]+");

  private static final Pattern ORIGIN =
      Pattern.compile("https?://(localhost|127\\.0\\.0\\.1|\\[::1])(:[0-9]{1,5})?");

  /** Nobody types a longer one. */
  private static final int MAX_PASSWORD = 1_000;

  private SettingsCheck() {}

  static void check(
      int port,
      List<Account> accounts,
      Map<String, String> scopes,
      Set<String> resources,
      Duration lifetime) {
    require(port >= 0 && port <= 65535, "port " + port + " is no port; write 0 to 65535");
    require(!accounts.isEmpty(), "no accounts; write one at least");
    accounts.forEach(SettingsCheck::checkAccount);
    long names = accounts.stream().map(Account::user).distinct().count();
    require(names == accounts.size(), "two accounts have one name; write different names");
    require(!scopes.isEmpty(), "no scopes; write one at least");
    scopes.forEach(SettingsCheck::checkScope);
    require(!resources.isEmpty(), "no resources; write one at least");
    resources.forEach(SettingsCheck::checkResource);
    require(
        lifetime.compareTo(Duration.ofSeconds(1)) >= 0,
        "accessTokenLifetime " + lifetime + " is too short; write PT1S or more");
  }

  /** A mapper brings one audience, and of no scope that is not there. */
  static void checkAudience(
      Strictness strictness, Map<String, String> scopes, Set<String> resources) {
    Set<String> bringing = strictness.audienceScopes();
    if (bringing != null) {
      require(
          scopes.keySet().containsAll(bringing),
          "the audience is to come by "
              + bringing
              + ", not all of which are on offer; write some of "
              + scopes.keySet());
      require(
          resources.size() == 1,
          "an audience that comes by scopes is one; write one resource, not " + resources);
    }
  }

  /** Its pages are at the root, and it answers to names of this machine alone. */
  static void checkIssuer(@Nullable String issuer) {
    require(
        issuer == null || ORIGIN.matcher(issuer).matches(),
        "issuer '"
            + issuer
            + "' is no origin of this machine; write it like http://localhost:9000, without a path"
            + " or a slash at the end");
  }

  private static void checkAccount(Account account) {
    require(!account.user().isBlank(), "the user name is blank; write a name");
    require(
        !account.password().isBlank() && account.password().length() <= MAX_PASSWORD,
        "the password is blank or longer than 1,000 characters; write 1 to 1,000 characters");
    require(
        account.roles().stream().noneMatch(String::isBlank),
        "a role of '" + account.user() + "' is blank; write a name, or leave it out");
  }

  private static void checkScope(String scope, String words) {
    require(
        SCOPE_TOKEN.matcher(scope).matches(),
        "scope '" + scope + "' is no scope token (RFC 6749 section 3.3); leave out spaces, quotes");
    require(!words.isBlank(), "scope '" + scope + "' has no words; write what it allows");
  }

  /** RFC 8707 section 2: an absolute URI without a fragment. */
  private static void checkResource(String resource) {
    boolean valid;
    try {
      URI uri = new URI(resource);
      valid = uri.isAbsolute() && uri.getHost() != null && uri.getRawFragment() == null;
    } catch (URISyntaxException e) {
      valid = false;
    }
    require(
        valid,
        "resource '"
            + resource
            + "' is no absolute URI without a fragment; write it like"
            + " http://localhost:8080/mcp");
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
