package io.mcpauth;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mcpauth.edge.SessionUser;
import io.mcpauth.internal.jose.Opaque;
import io.mcpauth.key.CreatedKey;
import io.mcpauth.key.IssuedKey;
import io.mcpauth.key.KeyControl;
import io.mcpauth.key.NewKey;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.policy.Access;
import io.mcpauth.policy.Scheme;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.seal.SealKeys;
import io.mcpauth.store.LastingStore;
import io.mcpauth.store.Store;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.ApiKeys;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.BasicCredentials;
import io.mcpauth.token.BrowserSessions;
import io.mcpauth.token.ClientCertificates;
import io.mcpauth.token.DpopProofs;
import io.mcpauth.token.ProxyTokens;
import java.io.IOException;
import java.io.InputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Two nodes of a server that takes every credential, another server behind an identity-aware proxy,
 * and a credential for each word that docs/credentials.md writes in capitals.
 */
final class EveryCredential implements AutoCloseable {
  static final String RESOURCE = "https://mcp.example.com/mcp";

  /** So far ahead of the machine's that a key of a second has ended. */
  private static final Clock CLOCK = Clock.offset(Clock.systemUTC(), Duration.ofSeconds(30));

  private static final Pattern SPAN = Pattern.compile("`([^`]+)`");
  private static final Pattern WORD = Pattern.compile("\\b[A-Z][A-Z0-9]+(?:-[A-Z0-9]+)*\\b");
  private static final String TOOL = "list_files";
  static final String SCOPE = "files:list";

  private static final String PROXY_HEADER = "X-Proxy-Assertion";
  private static final String PROXY_AUDIENCE = "/projects/1/global/backendServices/2";

  private final TestIssuer issuer = TestIssuer.start(CLOCK);
  private final TestIssuer proxy = TestIssuer.start(CLOCK);
  private final OpaqueProvider opaque = new OpaqueProvider(CLOCK);
  private final AccountProvider accounts = new AccountProvider(CLOCK);
  private final Store store = LastingStore.over(Store.inMemory()).node();
  private final Map<String, String> words = new HashMap<>();
  private final Proofs proofs = new Proofs(RESOURCE, CLOCK);
  private final List<ResourceServer> nodes;
  private final ResourceServer withIssuedAccounts;
  private final ResourceServer behindAProxy;

  private EveryCredential() {
    BasicCredentials exchanged = BasicCredentials.exchangedAt(accounts.server());
    DpopProofs proven = DpopProofs.accepted();
    nodes = List.of(node(exchanged, proven), node(exchanged, proven));
    withIssuedAccounts =
        node(BasicCredentials.ofIssuedKeys(), proven.withNonces(SealKeys.generated()));
    behindAProxy = behindAProxy();
    tokens();
    opaqueTokens();
    keys();
    accounts();
  }

  static EveryCredential start() {
    return new EveryCredential();
  }

  private ResourceServer node(BasicCredentials basic, DpopProofs proven) {
    ToolPolicy policy =
        policy(
            Scheme.BEARER,
            Scheme.API_KEY,
            Scheme.BASIC,
            Scheme.DPOP,
            Scheme.MUTUAL_TLS,
            Scheme.SESSION);
    return ResourceServer.builder(RESOURCE, AuthorizationServer.of(issuer.issuer()), policy)
        .authorizationServer(accounts.server())
        .authorizationServer(opaque.server())
        .accept(ApiKeys.shared().inHeader("X-API-Key"))
        .accept(basic)
        .accept(proven)
        .accept(ClientCertificates.fromContainer())
        .accept(BrowserSessions.ofTheAdapter())
        .store(store)
        .clock(CLOCK)
        .build();
  }

  private ResourceServer behindAProxy() {
    AuthorizationServer itself =
        AuthorizationServer.of(proxy.issuer()).expectAudience(PROXY_AUDIENCE);
    return ResourceServer.builder(
            RESOURCE, AuthorizationServer.of(issuer.issuer()), policy(Scheme.PROXY))
        .accept(ProxyTokens.inHeader(PROXY_HEADER, itself))
        .clock(CLOCK)
        .build();
  }

  private static ToolPolicy policy(Scheme... accepted) {
    return ToolPolicy.builder()
        .tool(TOOL, Access.scopes(SCOPE).scheme(accepted))
        .tool("nightly", Access.scopes(SCOPE).scheme(accepted[accepted.length - 1]))
        .tool("pay", Access.scopes(SCOPE).acr("urn:example:mfa"))
        .tool("wipe", Access.scopes("files:wipe").scheme(accepted))
        .tool("book", Access.scopes(SCOPE).actor("travel-agent"))
        .build();
  }

  private TestIssuer.Token token() {
    return issuer.token(RESOURCE).scopes(SCOPE);
  }

  private void tokens() {
    words.put("TOKEN", token().mint());
    words.put("EXPIRED-TOKEN", token().expiresIn(Duration.ofMinutes(-10)).mint());
    words.put("TOKEN-FOR-ANOTHER", issuer.token("https://other.example.com/mcp").mint());
    words.put("FORGED-TOKEN", token().mint().replaceFirst("[^.]{8}$", "AAAAAAAA"));
    words.put("ID-TOKEN", token().header("typ", "JWT").claim("at_hash", "h").mint());
    words.put("BOUND-TOKEN", bound(proofs.thumbprint()));
    String thumbprint = thumbprint(certificate("client-one.pem"));
    words.put("CERTIFICATE-TOKEN", token().claim("cnf", Map.of("x5t#S256", thumbprint)).mint());
    words.put(
        "TOKEN-OF-A-NESTED-ACTOR",
        token().claim("act", Map.of("sub", "other", "act", Map.of("sub", "travel-agent"))).mint());
    words.put("PROXY-TOKEN", proxyToken(PROXY_AUDIENCE));
    words.put("PROXY-TOKEN-FOR-ANOTHER", proxyToken("another"));
  }

  private String proxyToken(String audience) {
    return proxy.token(audience).scopes(SCOPE).mint();
  }

  private static X509Certificate certificate(String name) {
    try (InputStream pem = EveryCredential.class.getResourceAsStream(name)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(pem);
    } catch (IOException | CertificateException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String thumbprint(X509Certificate certificate) {
    try {
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(Opaque.sha256(certificate.getEncoded()));
    } catch (CertificateException e) {
      throw new IllegalStateException(e);
    }
  }

  private String bound(String thumbprint) {
    return token().claim("cnf", Map.of("jkt", thumbprint)).mint();
  }

  private void opaqueTokens() {
    words.put("OPAQUE-TOKEN", opaque.token("o-good", Map.of()));
    words.put("UNKNOWN-TOKEN", "o-unknown");
    words.put("ACTIVE-AS-TEXT", opaque.token("o-text", Map.of("active", "true")));
    words.put("WITHOUT-AUDIENCE", opaque.token("o-nobody", without("aud")));
    words.put("WITHOUT-EXPIRY", opaque.token("o-endless", without("exp")));
    words.put("OF-ANOTHER-ISSUER", opaque.token("o-other", Map.of("iss", "https://x.example")));
    words.put(
        "OPAQUE-BOUND-TOKEN",
        opaque.token("o-bound", Map.of("cnf", Map.of("jkt", proofs.thumbprint()))));
    words.put("REDIRECTED-TOKEN", opaque.redirected("o-redirected"));
    words.put("SLOW-TOKEN", opaque.slow("o-slow", Duration.ofSeconds(30)));
  }

  private static Map<String, @Nullable Object> without(String member) {
    Map<String, @Nullable Object> without = new HashMap<>();
    without.put(member, null);
    return without;
  }

  private void keys() {
    KeyControl control = KeyControl.on(store, ResourceIdentifier.of(RESOURCE));
    String key = control.create(NewKey.named("ci").scopes(SCOPE).owner("alice")).secret();
    words.put("KEY", key);
    char last = key.charAt(key.length() - 1);
    words.put("MISTYPED-KEY", key.substring(0, key.length() - 1) + (last == 'a' ? 'b' : 'a'));
    words.put(
        "ENDED-KEY",
        control.create(NewKey.named("old").scopes(SCOPE).lasting(Duration.ofSeconds(1))).secret());
    CreatedKey revoked = control.create(NewKey.named("gone").scopes(SCOPE));
    control.revoke("gone");
    words.put("REVOKED-KEY", revoked.secret());
    ResourceIdentifier other = ResourceIdentifier.of("https://other.example.com/mcp");
    words.put(
        "KEY-FOR-ANOTHER",
        KeyControl.on(store, other).create(NewKey.named("ci").scopes(SCOPE)).secret());
  }

  private void accounts() {
    accounts.account("robot", "s3cret", accounts.token("robot", SCOPE).mint(), 300);
    words.put("ACCOUNT", basic("robot:s3cret"));
    accounts.account("broken", "s3cret", "no token", 300);
    words.put("BROKEN-ACCOUNT", basic("broken:s3cret"));
    KeyControl control = KeyControl.on(store, ResourceIdentifier.of(RESOURCE));
    NewKey account = NewKey.named("robot").scopes(SCOPE).use(IssuedKey.Use.BASIC);
    String issued = control.create(account).secret();
    words.put("ISSUED-ACCOUNT", basic("robot:" + issued));
    words.put("ISSUED-SECRET", issued);
    words.put("ISSUED-SECRET-OF-ANOTHER", basic("ci:" + issued));
    words.put("ISSUED-KEY-AS-SECRET", basic("ci:" + words.get("KEY")));
    words.put("WRONG-SECRET", basic("robot:guess"));
    words.put("WITHOUT-COLON", basic("robot"));
    words.put("WITHOUT-PADDING", basic("robot:s3cret!").replace("=", ""));
    words.put("WITH-A-LINE-END", basic("robot:s3cret\n"));
  }

  private static String basic(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  /**
   * Sends what a cell of the page says, for a tool that needs a scope: a header in each span.
   * {@code twice} behind it sends the very same to the second node too.
   */
  List<AccessDecision> decide(String cell) {
    RequestStub request = RequestStub.post(Guarded.call("7", tool(cell)));
    Map<String, List<String>> headers = new HashMap<>();
    for (MatchResult span : SPAN.matcher(cell).results().toList()) {
      String text = span.group(1);
      if (text.startsWith("?")) {
        request.query(filled(text.substring(1)));
        continue;
      }
      String[] parts = text.split(":", 2);
      if (parts[0].equals("tool")) {
        continue;
      }
      if (parts[0].equals("session")) {
        request.session(() -> SessionUser.of("alice").scopes(SCOPE));
        continue;
      }
      if (parts[0].equals("TLS")) {
        boolean own = parts[1].strip().equals("CERTIFICATE");
        request.certificates(certificate(own ? "client-one.pem" : "client-two.pem"));
        continue;
      }
      headers.computeIfAbsent(parts[0], name -> new ArrayList<>()).add(filled(parts[1].strip()));
    }
    headers.forEach((name, lines) -> request.header(name, lines.toArray(String[]::new)));
    List<AccessDecision> decisions = new ArrayList<>();
    decisions.add(server(cell).decide(request));
    if (cell.endsWith(" twice")) {
      decisions.add(nodes.get(1).decide(request));
    }
    return decisions;
  }

  private static String tool(String cell) {
    Matcher named = Pattern.compile("`tool: (\\w+)`").matcher(cell);
    return named.find() ? named.group(1) : TOOL;
  }

  /** By the words: accounts are exchanged or issued, and not both at one server. */
  private ResourceServer server(String cell) {
    if (cell.contains(PROXY_HEADER)) {
      return behindAProxy;
    }
    return cell.contains("Basic ISSUED-") || cell.contains("-WITHOUT-NONCE")
        ? withIssuedAccounts
        : nodes.get(0);
  }

  private String filled(String text) {
    return WORD.matcher(text).replaceAll(word -> Matcher.quoteReplacement(word(word.group())));
  }

  private String word(String name) {
    String known = words.get(name);
    return known == null
        ? proofs.named(name, Objects.requireNonNull(words.get("BOUND-TOKEN")))
        : known;
  }

  @Override
  public void close() {
    nodes.forEach(ResourceServer::close);
    withIssuedAccounts.close();
    behindAProxy.close();
    opaque.close();
    accounts.close();
    issuer.close();
    proxy.close();
  }
}
