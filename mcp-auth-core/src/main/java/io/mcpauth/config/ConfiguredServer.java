package io.mcpauth.config;

import io.mcpauth.ResourceServer;
import io.mcpauth.ResourceServerBuilder;
import io.mcpauth.edge.RequestLimits;
import io.mcpauth.metadata.MetadataSigner;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.policy.PolicyFile;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.token.AuthorizationServer;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A resource server from settings, so that no code is needed: every {@link Setting} but those of
 * the servlet filter. A message about a wrong one begins with its key.
 */
public final class ConfiguredServer {
  private static final List<Setting> OF_ONE_ISSUER =
      List.of(
          Setting.PROFILE,
          Setting.JWKS_URI,
          Setting.ACCEPTED_ISSUERS,
          Setting.SCOPE_PREFIX,
          Setting.MAX_RSA_KEY_BITS,
          Setting.TRUST_CLIENT_ID_INSTEAD_OF_AUDIENCE);

  private static final int MAX_SKEW_SECONDS = 5 * 60;
  private static final int MAX_LIFETIME_SECONDS = 30 * 24 * 60 * 60;
  private static final int MAX_WATCH_SECONDS = 60 * 60;

  private final Settings settings;
  private final @Nullable ToolPolicy otherwise;

  private ConfiguredServer(Settings settings, @Nullable ToolPolicy otherwise) {
    this.settings = settings;
    this.otherwise = otherwise;
  }

  /**
   * A builder with what settings say; code may add to it. The policy file is loaded at once.
   *
   * @throws IllegalArgumentException if one that is required is missing, is wrong or contradicts
   *     another, or the mode is {@code none}
   */
  public static ResourceServerBuilder builder(Settings settings) {
    return new ConfiguredServer(settings, null).builder();
  }

  /**
   * As {@link #builder(Settings)}, with the policy of a program that has one of its own.
   *
   * @param otherwise what holds where the settings name neither a policy file nor required scopes
   */
  public static ResourceServerBuilder builder(Settings settings, ToolPolicy otherwise) {
    return new ConfiguredServer(settings, otherwise).builder();
  }

  /**
   * Reads a policy file as a server would, and starts none. What the settings do not say, such as
   * the issuers, is not held against it; only those of issuers are looked at.
   *
   * @return what its writer may not have meant, as {@link ToolPolicy#warnings()} has it, and scopes
   *     that no token can carry because of {@link Setting#SCOPE_PREFIX}
   * @throws IllegalArgumentException if the file is no policy, with line and column of the mistake;
   *     if it has a rule for a client of an issuer, or for a scheme, that the server would not
   *     accept; or if a setting is wrong
   */
  public static List<String> checkPolicy(Settings settings, PolicyFile file) {
    ConfiguredServer configured = new ConfiguredServer(settings, null);
    boolean known = settings.value(Setting.ISSUER) != null;
    return PolicyCheck.of(
        file,
        known ? configured.servers() : List.of(),
        any ->
            configured.withText(any, Setting.SCOPE_PREFIX, AuthorizationServer::withScopePrefix));
  }

  private ResourceServerBuilder builder() {
    if (Setting.Mode.of(settings) == Setting.Mode.NONE) {
      throw settings.wrong(
          Setting.MODE,
          "so there is no resource server. Remove the filter, or write MCP_AUTH_MODE=oauth.");
    }
    String resource = settings.require(Setting.RESOURCE);
    settings.naming(Setting.RESOURCE, () -> ResourceIdentifier.of(resource));
    List<AuthorizationServer> servers = servers();
    ResourceServerBuilder builder = withPolicy(resource, servers.get(0));
    for (AuthorizationServer further : servers.subList(1, servers.size())) {
      set(Setting.ISSUER, () -> builder.authorizationServer(further));
    }
    setRequestRules(builder);
    setTokenRules(builder);
    setMetadata(builder);
    return builder;
  }

  private List<AuthorizationServer> servers() {
    String unused = settings.require(Setting.ISSUER);
    List<String> issuers = settings.values(Setting.ISSUER);
    if (issuers.size() > 1) {
      settings.requireUnset(
          OF_ONE_ISSUER,
          settings.at(Setting.ISSUER)
              + " names several issuers, and settings of each need code"
              + " (ResourceServerBuilder.authorizationServer)");
    }
    List<AuthorizationServer> servers = new ArrayList<>();
    for (String issuer : issuers) {
      servers.add(server(settings.naming(Setting.ISSUER, () -> AuthorizationServer.of(issuer))));
    }
    return servers;
  }

  private AuthorizationServer server(AuthorizationServer plain) {
    AuthorizationServer server = plain;
    server = withText(server, Setting.PROFILE, AuthorizationServer::withProfile);
    server = withText(server, Setting.JWKS_URI, AuthorizationServer::withJwksUri);
    server = withText(server, Setting.SCOPE_PREFIX, AuthorizationServer::withScopePrefix);
    Integer bits = settings.number(Setting.MAX_RSA_KEY_BITS, 0, Integer.MAX_VALUE);
    if (bits != null) {
      AuthorizationServer known = server;
      server = settings.naming(Setting.MAX_RSA_KEY_BITS, () -> known.allowRsaKeysUpTo(bits));
    }
    server = withList(server, Setting.AUDIENCE, AuthorizationServer::expectAudience);
    server = withList(server, Setting.ACCEPTED_ISSUERS, AuthorizationServer::expectIssuers);
    return withList(
        server,
        Setting.TRUST_CLIENT_ID_INSTEAD_OF_AUDIENCE,
        AuthorizationServer::trustClientIdInsteadOfAudience);
  }

  private AuthorizationServer withText(
      AuthorizationServer server,
      Setting key,
      BiFunction<AuthorizationServer, String, AuthorizationServer> change) {
    String value = settings.value(key);
    return value == null ? server : settings.naming(key, () -> change.apply(server, value));
  }

  private AuthorizationServer withList(
      AuthorizationServer server,
      Setting key,
      BiFunction<AuthorizationServer, String[], AuthorizationServer> change) {
    String[] values = settings.values(key).toArray(String[]::new);
    return values.length == 0 ? server : settings.naming(key, () -> change.apply(server, values));
  }

  private ResourceServerBuilder withPolicy(String resource, AuthorizationServer server) {
    String file = settings.value(Setting.POLICY_FILE);
    List<String> scopes = settings.words(Setting.REQUIRED_SCOPES);
    if (file != null && !scopes.isEmpty()) {
      throw new IllegalArgumentException(
          settings.at(Setting.POLICY_FILE)
              + " and "
              + settings.at(Setting.REQUIRED_SCOPES)
              + " are two policies. Remove one of them.");
    }
    if (file != null) {
      ResourceServerBuilder builder =
          settings.naming(
              Setting.POLICY_FILE,
              () -> ResourceServer.builder(resource, server, PolicyFile.at(path(file))));
      Duration watch = settings.seconds(Setting.POLICY_WATCH_SECONDS, 0, MAX_WATCH_SECONDS);
      return watch == null ? builder : builder.watchPolicy(watch);
    }
    settings.requireUnset(
        List.of(Setting.POLICY_WATCH_SECONDS), "there is no " + Setting.POLICY_FILE.key());
    return ResourceServer.builder(
        resource, server, scopes.isEmpty() ? otherwise() : requiring(scopes));
  }

  private ToolPolicy otherwise() {
    if (otherwise == null) {
      throw new IllegalArgumentException(
          Setting.POLICY_FILE.key()
              + " is not set, and neither is "
              + Setting.REQUIRED_SCOPES.key()
              + ". Write the path of the policy, or the scopes that every call needs.");
    }
    return otherwise;
  }

  /** Everything that a server has, for whoever has these scopes; nothing without a login. */
  private ToolPolicy requiring(List<String> scopes) {
    return settings.naming(
        Setting.REQUIRED_SCOPES,
        () ->
            ToolPolicy.builder()
                .baseScopes(scopes.toArray(String[]::new))
                .tool("*")
                .prompt("*")
                // By method: a pattern for resources would leave out URIs not in normal form.
                .method("resources/read")
                .method("resources/subscribe")
                .method("resources/unsubscribe")
                .method("completion/complete")
                .build());
  }

  private void setRequestRules(ResourceServerBuilder builder) {
    setList(Setting.ALLOWED_ORIGINS, builder::allowOrigins);
    setList(Setting.ALLOWED_HOSTS, builder::allowHosts);
    setText(Setting.REALM, builder::realm);
    Integer code =
        settings.number(Setting.JSONRPC_ERROR_CODE, Integer.MIN_VALUE, Integer.MAX_VALUE);
    if (code != null) {
      set(Setting.JSONRPC_ERROR_CODE, () -> builder.jsonRpcErrorCode(code));
    }
    setLimits(builder);
    setKeptVerdicts(builder);
    Integer nodes = settings.number(Setting.NODES, 1, Integer.MAX_VALUE);
    if (nodes != null) {
      set(Setting.NODES, () -> builder.nodes(nodes));
    }
  }

  /** At once: each may be right only with another. */
  private void setLimits(ResourceServerBuilder builder) {
    RequestLimits standard = RequestLimits.defaults();
    Integer bytes = settings.number(Setting.BODIES_BYTES, 1, Integer.MAX_VALUE);
    Integer anonymous = settings.number(Setting.ANONYMOUS_BODY_BYTES, 1, Integer.MAX_VALUE);
    Integer requests = settings.number(Setting.ANONYMOUS_REQUESTS, 1, Integer.MAX_VALUE);
    Integer streams = settings.number(Setting.STREAMS, 1, Integer.MAX_VALUE);
    Integer perCaller = settings.number(Setting.STREAMS_PER_CALLER, 1, Integer.MAX_VALUE);
    if (Stream.of(bytes, anonymous, requests, streams, perCaller).allMatch(Objects::isNull)) {
      return; // the application may set them in code
    }
    set(
        bytes == null ? Setting.ANONYMOUS_BODY_BYTES : Setting.BODIES_BYTES,
        () ->
            builder.limits(
                new RequestLimits(
                    bytes == null ? standard.bodyBytes() : bytes,
                    orElse(anonymous, standard.anonymousBodyBytes()),
                    orElse(requests, standard.anonymousRequests()),
                    orElse(streams, standard.streams()),
                    orElse(perCaller, standard.streamsPerCaller()))));
  }

  private void setKeptVerdicts(ResourceServerBuilder builder) {
    Integer bytes = settings.number(Setting.KEPT_VERDICTS_BYTES, 1, Integer.MAX_VALUE);
    if (bytes != null) {
      set(Setting.KEPT_VERDICTS_BYTES, () -> builder.keptVerdictBytes(bytes));
    }
  }

  private static int orElse(@Nullable Integer value, int standard) {
    return value == null ? standard : value;
  }

  private void setTokenRules(ResourceServerBuilder builder) {
    setList(Setting.EXPOSED_CLAIMS, builder::exposeClaims);
    setSeconds(Setting.CLOCK_SKEW_SECONDS, 0, MAX_SKEW_SECONDS, builder::clockSkew);
    setSeconds(
        Setting.MAX_TOKEN_LIFETIME_SECONDS, 60, MAX_LIFETIME_SECONDS, builder::maxTokenLifetime);
  }

  private void setMetadata(ResourceServerBuilder builder) {
    setText(
        Setting.METADATA_SIGNING_KEY,
        key -> builder.signMetadata(MetadataSigner.ofPrivateJwk(key)));
    String name = settings.value(Setting.RESOURCE_NAME);
    String page = settings.value(Setting.RESOURCE_DOCUMENTATION);
    if (name == null && page == null) {
      return; // the application may set it in code
    }
    builder.metadata(
        members -> {
          setText(Setting.RESOURCE_NAME, members::resourceName);
          setText(Setting.RESOURCE_DOCUMENTATION, members::resourceDocumentation);
        });
  }

  private void setText(Setting key, Consumer<String> setter) {
    String value = settings.value(key);
    if (value != null) {
      set(key, () -> setter.accept(value));
    }
  }

  private void setList(Setting key, Consumer<String[]> setter) {
    List<String> values = settings.values(key);
    if (!values.isEmpty()) {
      set(key, () -> setter.accept(values.toArray(String[]::new)));
    }
  }

  private void setSeconds(Setting key, int least, int most, Consumer<Duration> setter) {
    Duration value = settings.seconds(key, least, most);
    if (value != null) {
      set(key, () -> setter.accept(value));
    }
  }

  private void set(Setting key, Runnable part) {
    Setting unused =
        settings.naming(
            key,
            () -> {
              part.run();
              return key;
            });
  }

  private static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("'" + text + "' is no path. Write that of a file.", e);
    }
  }
}
