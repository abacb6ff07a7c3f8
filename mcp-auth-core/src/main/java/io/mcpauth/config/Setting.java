package io.mcpauth.config;

import io.mcpauth.metadata.ResourceIdentifier;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What can be set without code. The key of each is its name behind {@code MCP_AUTH_}; {@code
 * docs/configuration.md} has them as a table.
 */
public enum Setting implements Settings.Key {
  /** Whether authorization is on. */
  MODE(
      "`oauth` guards the MCP endpoint, `none` guards nothing and is for a loopback resource alone,"
          + " with no other setting beside it; the filter refuses to start with it.",
      "`oauth`"),
  /** The resource identifier (RFC 8707 section 2). */
  RESOURCE("The public URL of the MCP endpoint, as clients are configured with it.", "required"),
  /** The authorization servers (RFC 8414 section 2). */
  ISSUER(
      "The issuer of each authorization server whose tokens are accepted, exactly as its metadata"
          + " spells it, comma-separated.",
      "required"),
  /** The {@code aud} values (RFC 7519 section 4.1.3). */
  AUDIENCE(
      "The `aud` values, comma-separated, one of which the tokens of every issuer carry instead of"
          + " the resource.",
      "the resource"),
  /** How the tokens look. */
  PROFILE(
      "The identity provider, such as `keycloak`, which says how its tokens look; for one issuer"
          + " alone.",
      "`generic`"),
  /** Where the keys are (RFC 8414 section 2). */
  JWKS_URI(
      "The address of the issuer's keys, whose metadata is then not read; for one issuer alone.",
      "what the issuer's metadata says"),
  /** The {@code iss} values (RFC 7519 section 4.1.1). */
  ACCEPTED_ISSUERS(
      "The `iss` values, comma-separated, one of which the tokens carry instead of the issuer; for"
          + " one issuer alone.",
      "the issuer"),
  /** What clients write before a scope. */
  SCOPE_PREFIX(
      "What clients write before a scope and the issuer leaves out in its tokens, such as"
          + " `api://files/`; for one issuer alone.",
      "none"),
  /** {@code AuthorizationServer.allowRsaKeysUpTo}. */
  MAX_RSA_KEY_BITS(
      "The most bits that an RSA key of the issuer may have, from 4096 to 8192; for one issuer"
          + " alone.",
      "`4096`"),
  /** The clients whose tokens need no audience. */
  TRUST_CLIENT_ID_INSTEAD_OF_AUDIENCE(
      "The client ids, comma-separated, whose tokens need no `aud`, which lets every other server"
          + " that such a client talks to use them here; for one issuer alone.",
      "none"),
  /** The policy. */
  POLICY_FILE(
      "The path of the policy, a JSON document.", "required, unless there are required scopes"),
  /** How often the policy is looked at. */
  POLICY_WATCH_SECONDS(
      "How often the policy file is looked at for a change, in seconds from 1 to 3600, or 0 for"
          + " never.",
      "`10`"),
  /** The policy in one line. */
  REQUIRED_SCOPES(
      "The scopes, separated by spaces, that every request needs, instead of a policy file: whoever"
          + " has them all may use every tool, prompt and resource.",
      "none"),
  /** Whose pages may use the endpoint. */
  ALLOWED_ORIGINS(
      "The origins of web pages, comma-separated, that may use the MCP endpoint beside its own.",
      "none"),
  /** What {@code Host} may say. */
  ALLOWED_HOSTS(
      "The names, comma-separated, that `Host` may have beside that of the resource.",
      "every name, but for a loopback resource only the loopback names"),
  /** What the principal keeps. */
  EXPOSED_CLAIMS(
      "The claims, comma-separated, that the tools see of a caller beside its identity and scopes.",
      "none"),
  /** How far clocks may differ. */
  CLOCK_SKEW_SECONDS(
      "How far the clocks of issuer and server may differ, in seconds from 0 to 300.", "`60`"),
  /** How long a token may last. */
  MAX_TOKEN_LIFETIME_SECONDS(
      "The longest that a token may last from now on, in seconds from 60 to 2592000.", "`2592000`"),
  /** The realm of challenges (RFC 9110 section 11.5). */
  REALM("The `realm` of challenges.", "none"),
  /** The JSON-RPC error code of a refusal. */
  JSONRPC_ERROR_CODE(
      "The JSON-RPC error code of a 401 or 403 from revision 2026-07-28 on, outside -32768 to"
          + " -32000.",
      "`-31001`"),
  /** {@code resource_name} (RFC 9728 section 2). */
  RESOURCE_NAME("The name of the server in its metadata, shown to people.", "none"),
  /** {@code resource_documentation} (RFC 9728 section 2). */
  RESOURCE_DOCUMENTATION(
      "The address of a page for people in the metadata, which says how to use the server.",
      "none"),
  /** How many serve the resource. */
  NODES(
      "How many nodes serve the resource, 1 or more, so that what they keep in memory and would"
          + " have to share is a warning at the start.",
      "`1`"),
  /** {@code bodyBytes} of {@code RequestLimits}. */
  BODIES_BYTES(
      "The bytes of bodies that are being read or judged at one time; a proven caller may have a"
          + " half of them, all callers without a credential together a quarter, and small bodies"
          + " of proven callers a sixteenth beside.",
      "an eighth of the heap, `8388608` at least"),
  /** {@code anonymousBodyBytes} of {@code RequestLimits}. */
  ANONYMOUS_BODY_BYTES(
      "The largest body of a request without a credential that is read, in bytes; a larger one is"
          + " answered with the challenge.",
      "`65536`"),
  /** {@code anonymousRequests} of {@code RequestLimits}. */
  ANONYMOUS_REQUESTS(
      "How many bodies are being read, and calls answered, at one time for callers without a"
          + " credential; set it to a quarter of the container's threads.",
      "`50`"),
  /** {@code streams} of {@code RequestLimits}. */
  STREAMS("How many event streams may be open at one time.", "`10000`"),
  /** {@code streamsPerCaller} of {@code RequestLimits}. */
  STREAMS_PER_CALLER(
      "How many of them a proven caller may have, and all callers without a credential together;"
          + " never more than a half.",
      "`200`"),
  /** {@code ResourceServerBuilder.keptVerdictBytes}. */
  KEPT_VERDICTS_BYTES(
      "The most memory that verdicts on good tokens take in each resource server, in bytes and"
          + " about; a token whose verdict had to give way is verified again.",
      "an eighth of the heap, `55000000` at most"),
  /** The body cap. */
  MAX_BODY_BYTES("The largest body of a request that is read, in bytes.", "`1048576`"),
  /** What stays unguarded. */
  OPEN_PATHS(
      "The paths of the web application, comma-separated, that stay unguarded.",
      "none: all is guarded"),
  /** The per-application form of the metadata path. */
  APPLICATION(
      "A name under which the metadata is served too, at"
          + " `/.well-known/{name}/oauth-protected-resource`.",
      "none"),
  /** The mirror of RFC 8414 metadata. */
  MIRROR_AUTHORIZATION_SERVER_METADATA(
      "`true` serves the issuer's metadata at the origin of the MCP endpoint as well, for clients"
          + " that look only there.",
      "`false`"),
  /** Who maps the well-known locations. */
  WELL_KNOWN_MAPPED(
      "`true` says that a proxy in front maps the well-known locations of the host into this web"
          + " application, whose context path is not the root.",
      "`false`"),
  /** The key of {@code signed_metadata} (RFC 9728 section 2.2). */
  METADATA_SIGNING_KEY("The private JWK that the metadata is signed with.", "none: not signed");

  /** What every key begins with. */
  static final String PREFIX = "MCP_AUTH_";

  private final String meaning;
  private final String byDefault;

  Setting(String meaning, String byDefault) {
    this.meaning = meaning;
    this.byDefault = byDefault;
  }

  /**
   * What the filter reads itself, {@code ConfiguredServer.builder(Settings)} all others. A program
   * leaves these out unless it gives its settings to the filter's installer too.
   */
  public static Set<Setting> ofTheFilter() {
    return Collections.unmodifiableSet(
        EnumSet.of(
            MAX_BODY_BYTES,
            OPEN_PATHS,
            APPLICATION,
            MIRROR_AUTHORIZATION_SERVER_METADATA,
            WELL_KNOWN_MAPPED));
  }

  @Override
  public String key() {
    return PREFIX + name();
  }

  @Override
  public boolean secret() {
    return this == METADATA_SIGNING_KEY;
  }

  @Override
  public String prefix() {
    return PREFIX;
  }

  /** What it is for: one sentence, in Markdown. */
  public String meaning() {
    return meaning;
  }

  /** What holds where it is not set: a value between backticks, or words. */
  public String byDefault() {
    return byDefault;
  }

  /** Whether authorization is on. */
  public enum Mode {
    /** Every request needs what the policy says. */
    OAUTH,
    /** Nothing is guarded. For development on one computer. */
    NONE;

    /**
     * The mode that settings ask for; {@link #OAUTH} where they say nothing.
     *
     * @throws IllegalArgumentException if it is neither, or {@code none} with a resource that is
     *     not on loopback, with none at all, or with any other setting of {@link Setting}
     */
    public static Mode of(Settings settings) {
      String value = settings.value(Setting.MODE);
      if (value == null || value.equals("oauth")) {
        return OAUTH;
      }
      if (!value.equals("none")) {
        throw settings.wrong(Setting.MODE, "which is no mode. Write 'oauth' or 'none'.");
      }
      requireLoopback(settings);
      EnumSet<Setting> others = EnumSet.complementOf(EnumSet.of(Setting.MODE, Setting.RESOURCE));
      settings.requireUnset(others, settings.at(Setting.MODE) + " is 'none'");
      return NONE;
    }

    private static void requireLoopback(Settings settings) {
      @Nullable String resource = settings.value(Setting.RESOURCE);
      boolean loopback =
          resource != null
              && settings
                  .naming(Setting.RESOURCE, () -> ResourceIdentifier.of(resource))
                  .loopback();
      if (!loopback) {
        throw settings.wrong(
            Setting.MODE,
            "which only a loopback MCP_AUTH_RESOURCE may use, but that is "
                + (resource == null ? "not set" : "'" + resource + "'")
                + ". Write MCP_AUTH_MODE=oauth, or a resource such as"
                + " 'http://localhost:8080/mcp'.");
      }
    }
  }
}
