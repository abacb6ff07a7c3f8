package io.mcpauth.config;

import io.mcpauth.authserver.RequestSources;
import io.mcpauth.issuer.Consent;
import io.mcpauth.issuer.Login;
import io.mcpauth.issuer.OAuthPages;
import io.mcpauth.issuer.OAuthServer;
import io.mcpauth.issuer.OAuthServerBuilder;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.outbound.OutboundConnections;
import io.mcpauth.seal.SealKeys;
import io.mcpauth.store.OpenStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What settings say of an authorization server of one's own.
 *
 * @param settings what is set
 * @param mistakes what is wrong with it
 */
record AuthorizationServerSettings(Settings settings, Mistakes mistakes) {
  private static final String CONTAINER = "container";
  private static final String REGISTRATION = "registration";
  private static final String DOCUMENTS = "metadata-documents";
  private static final String NONE = "none";
  private static final String OPAQUE = "opaque";
  private static final String SIGNED = "signed";
  private static final int LONGEST_ACCESS_SECONDS = 24 * 60 * 60;
  private static final int LONGEST_REFRESH_SECONDS = 366 * 24 * 60 * 60;

  /** Of servers elsewhere: how their tokens look, and how they are asked. */
  private static final List<Setting> OF_ISSUERS =
      Stream.concat(
              Stream.concat(
                  Stream.of(Setting.AUDIENCE, Setting.ADVERTISED_SCOPES),
                  ConfiguredServer.OF_ONE_ISSUER.stream()),
              Arrays.stream(Setting.values())
                  .filter(
                      key ->
                          key.name().startsWith("INTROSPECTION_")
                              || key.name().startsWith("PROXY_TOKEN_")
                              || key.name().startsWith("BACKCHANNEL_LOGOUT_")))
          .toList();

  /** Whether they ask for one. */
  static boolean ask(Settings settings) {
    return settings.value(Setting.SERVER) != null;
  }

  /** Nothing is said of a server that nobody asks for. */
  void requireNone() {
    requireUnset(Setting.SERVER.name() + "_", "there is no " + Setting.SERVER.key());
  }

  /** Nor of one that a program builds itself. */
  void requireNoneBeside() {
    requireUnset(Setting.SERVER.name(), "the program has an authorization server of its own");
  }

  private void requireUnset(String prefix, String why) {
    for (Setting key : Setting.values()) {
      if (key.name().startsWith(prefix)) {
        mistakes.collect(() -> settings.requireUnset(List.of(key), why));
      }
    }
  }

  /** Nobody else issues the tokens, and how they look is the library's to say. */
  void requireNoOtherIssuer() {
    mistakes.collect(
        () -> {
          if (settings.value(Setting.ISSUER) != null) {
            throw new IllegalArgumentException(
                settings.at(Setting.SERVER)
                    + " and "
                    + settings.at(Setting.ISSUER)
                    + " each say who issues the tokens. Remove "
                    + Setting.ISSUER.key()
                    + " where users log in to this application, or "
                    + Setting.SERVER.key()
                    + " where they log in elsewhere.");
          }
        });
    String why =
        settings.at(Setting.SERVER) + " has this application issue the tokens, and says the rest";
    for (Setting key : OF_ISSUERS) {
      mistakes.collect(() -> settings.requireUnset(List.of(key), why));
    }
  }

  /** Whether they say what its issuer is, which a program beside the server may not be told. */
  boolean nameIssuer() {
    return settings.value(Setting.SERVER_ISSUER) != null
        || settings.value(Setting.RESOURCE) != null;
  }

  /**
   * Its issuer, as it is written.
   *
   * @throws IllegalArgumentException if there is neither it nor a resource
   */
  String issuer() {
    String issuer = settings.value(Setting.SERVER_ISSUER);
    if (issuer != null) {
      return issuer;
    }
    String resource = settings.require(Setting.RESOURCE);
    return settings.naming(Setting.RESOURCE, () -> ResourceIdentifier.of(resource)).origin();
  }

  /**
   * The server, which still lacks its resource.
   *
   * @param store opens its store
   * @param ofTheContainer makes the login, from the roles that are asked for
   */
  OAuthServerBuilder builder(
      Supplier<OpenStore> store, Function<List<String>, Login> ofTheContainer) {
    mistakes.collect(this::requireContainer);
    String issuer = mistakes.collect(Mistakes.STAND_IN, this::issuer);
    Login login = ofTheContainer.apply(values(Setting.SERVER_ROLES));
    OAuthServerBuilder builder =
        mistakes.collect(
            OAuthServer.builder(Mistakes.STAND_IN, store, login),
            () ->
                settings.naming(
                    Setting.SERVER_ISSUER, () -> OAuthServer.builder(issuer, store, login)));
    setLifetimes(builder);
    mistakes.collect(() -> setTokens(builder));
    mistakes.collect(() -> setConsent(builder));
    mistakes.collect(() -> setRegistration(builder));
    mistakes.collect(() -> setProxies(builder));
    OutboundConnections connections = ConnectionSettings.of(settings, mistakes);
    if (connections != null) {
      builder.connections(connections);
    }
    String name = settings.value(Setting.RESOURCE_NAME);
    if (name != null) {
      builder.pages(OAuthPages.standard().withName(name));
    }
    return builder;
  }

  private void requireContainer() {
    if (!CONTAINER.equals(settings.value(Setting.SERVER))) {
      throw settings.wrong(
          Setting.SERVER,
          "which is none. Write 'container', or build it in code with a login of your own"
              + " (McpAuthInstaller.authorizationServer).");
    }
  }

  private void setLifetimes(OAuthServerBuilder builder) {
    Duration access = seconds(Setting.SERVER_TOKEN_LIFETIME_SECONDS, LONGEST_ACCESS_SECONDS);
    if (access != null) {
      builder.accessTokenLifetime(access);
    }
    Duration refresh = seconds(Setting.SERVER_REFRESH_LIFETIME_SECONDS, LONGEST_REFRESH_SECONDS);
    if (refresh != null) {
      builder.refreshTokenLifetime(refresh);
    }
  }

  private void setTokens(OAuthServerBuilder builder) {
    String tokens = settings.value(Setting.SERVER_TOKENS);
    String file = settings.value(Setting.SERVER_TOKEN_KEYS_FILE);
    if (tokens == null || tokens.equals(OPAQUE)) {
      settings.requireUnset(
          List.of(Setting.SERVER_TOKEN_KEYS_FILE),
          Setting.SERVER_TOKENS.key() + " is not 'signed'");
    } else if (!tokens.equals(SIGNED)) {
      throw settings.wrong(
          Setting.SERVER_TOKENS, "which says nothing. Write 'opaque' or 'signed'.");
    } else if (file != null) {
      builder.signedTokens(
          settings.naming(Setting.SERVER_TOKEN_KEYS_FILE, () -> SealKeys.load(Path.of(file))));
    } else if (StoreSettings.of(settings) == null) {
      builder.signedTokens(SealKeys.generated()); // lost with the store
    } else {
      throw settings.wrong(
          Setting.SERVER_TOKENS,
          "but nothing encrypts the signing keys in the store. Write "
              + Setting.SERVER_TOKEN_KEYS_FILE.key()
              + ", the path of a file with the output of 'openssl rand -base64 32'.");
    }
  }

  private void setConsent(OAuthServerBuilder builder) {
    String name = settings.value(Setting.SERVER_CONSENT);
    Consent when = name == null ? null : consent(name);
    if (when != null) {
      builder.consent(when);
    }
    String[] first = settings.values(Setting.SERVER_FIRST_PARTIES).toArray(String[]::new);
    if (first.length == 0) {
      return;
    }
    if (when != Consent.NEVER_FOR_FIRST_PARTIES) {
      settings.requireUnset(
          List.of(Setting.SERVER_FIRST_PARTIES),
          Setting.SERVER_CONSENT.key() + " is not 'never-for-first-parties'");
    }
    builder.firstParties(first);
  }

  private Consent consent(String name) {
    for (Consent one : Consent.values()) {
      if (one.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(name)) {
        return one;
      }
    }
    throw settings.wrong(
        Setting.SERVER_CONSENT,
        "which says nothing. Write 'always', 'once' or 'never-for-first-parties'.");
  }

  private void setRegistration(OAuthServerBuilder builder) {
    Set<String> ways = new LinkedHashSet<>(settings.values(Setting.SERVER_REGISTRATION));
    if (ways.isEmpty()) {
      return;
    }
    boolean known = ways.equals(Set.of(NONE)) || Set.of(REGISTRATION, DOCUMENTS).containsAll(ways);
    if (!known) {
      throw settings.wrong(
          Setting.SERVER_REGISTRATION,
          "which says nothing. Write 'registration', 'metadata-documents', both with a comma"
              + " between, or 'none'.");
    }
    if (!ways.contains(REGISTRATION)) {
      builder.refuseRegistration();
    }
    if (!ways.contains(DOCUMENTS)) {
      builder.refuseMetadataDocuments();
    }
  }

  private void setProxies(OAuthServerBuilder builder) {
    String[] proxies = settings.values(Setting.SERVER_TRUSTED_PROXIES).toArray(String[]::new);
    if (proxies.length > 0) {
      builder.requestSources(
          settings.naming(Setting.SERVER_TRUSTED_PROXIES, () -> RequestSources.behind(proxies)));
    }
  }

  private List<String> values(Setting key) {
    return mistakes.collect(List.of(), () -> settings.values(key));
  }

  private @Nullable Duration seconds(Setting key, int most) {
    return mistakes
        .collect(
            Optional.<Duration>empty(), () -> Optional.ofNullable(settings.seconds(key, 1, most)))
        .orElse(null);
  }
}
