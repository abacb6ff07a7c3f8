package io.mcpauth.metadata;

import io.mcpauth.discovery.AuthorizationServerMetadata;
import io.mcpauth.internal.json.Json;
import io.mcpauth.internal.net.Loopback;
import io.mcpauth.internal.net.WebAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Metadata that a client may be given: complete, and with web addresses only. Clients open what it
 * names in a browser or with a shell, and one that did so with any scheme ran the commands of
 * whoever wrote the document (CVE-2025-6514).
 */
final class MirrorDocument {
  /** URLs whose names do not say so (RFC 8414 section 2, RFC 9728 section 4, OpenID Connect). */
  private static final Set<String> URLS =
      Set.of("issuer", "service_documentation", "check_session_iframe", "protected_resources");

  /** RFC 8705 section 5: its members are endpoints, whatever they are called. */
  private static final String ALIASES = "mtls_endpoint_aliases";

  private final boolean loopbackIssuer;

  private MirrorDocument(boolean loopbackIssuer) {
    this.loopbackIssuer = loopbackIssuer;
  }

  /**
   * The document to serve. Written anew from the members that were checked, not the bytes that
   * came: then no client can read from it what this reader did not see, members that are {@code
   * null} are gone (clients refuse them), and it changes only where the provider changes it, not
   * with the order in which a provider happens to write a map.
   *
   * @throws IllegalArgumentException naming the first member that is missing or wrong
   */
  static byte[] of(AuthorizationServerMetadata metadata) {
    // RFC 8414 section 2: required of a server with an authorization endpoint, which is what a
    // client that looks here is after.
    require("authorization_endpoint", metadata.authorizationEndpoint() != null);
    require("token_endpoint", metadata.tokenEndpoint() != null);
    List<String> responseTypes = metadata.responseTypesSupported();
    require("response_types_supported", responseTypes != null && !responseTypes.isEmpty());
    boolean loopback = Loopback.host(URI.create(metadata.issuer()));
    new MirrorDocument(loopback).checkMembers(metadata.members(), false);
    return Json.write(sorted(metadata.members()));
  }

  private static void require(String name, boolean there) {
    if (!there) {
      throw new IllegalArgumentException("'" + name + "' is missing");
    }
  }

  private void checkMembers(Map<?, ?> members, boolean aliases) {
    members.forEach(
        (key, value) -> {
          String name = String.valueOf(key);
          if (aliases || isUrl(name)) {
            checkUrls(name, value);
          } else {
            checkNested(value, plain(name).equals(ALIASES));
          }
        });
  }

  private void checkNested(@Nullable Object value, boolean aliases) {
    if (value instanceof Map<?, ?> members) {
      checkMembers(members, aliases);
    } else if (value instanceof List<?> items) {
      items.forEach(item -> checkNested(item, aliases));
    } else if (aliases) {
      throw new IllegalArgumentException("'" + ALIASES + "' has the wrong type");
    }
  }

  private static boolean isUrl(String name) {
    String plain = plain(name);
    return plain.endsWith("_endpoint")
        || plain.endsWith("_uri")
        || plain.endsWith("_uris")
        || plain.endsWith("_url")
        || URLS.contains(plain);
  }

  /** In lower case, as careless clients read it, and without a language tag (RFC 8414 2). */
  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceFirst("#.*", "");
  }

  private void checkUrls(String name, @Nullable Object value) {
    if (value instanceof List<?> items) {
      items.forEach(item -> checkUrl(name, item));
    } else {
      checkUrl(name, value);
    }
  }

  private void checkUrl(String name, @Nullable Object value) {
    URI uri = value instanceof String text ? WebAddress.parsed(text) : null;
    if (uri == null || !isWeb(uri)) {
      // Without the value: its user-info may be a password.
      throw new IllegalArgumentException(
          "'" + name + "' is not an absolute https URL without user-info");
    }
  }

  /** https; plain http only within one machine (RFC 9700 section 2.6). */
  private boolean isWeb(URI uri) {
    boolean https = "https".equalsIgnoreCase(uri.getScheme());
    boolean http = "http".equalsIgnoreCase(uri.getScheme());
    return uri.getHost() != null
        && uri.getRawUserInfo() == null
        && uri.getPort() != 0
        && uri.getPort() <= 65_535
        && (https || (http && loopbackIssuer && Loopback.host(uri)));
  }

  private static Map<String, @Nullable Object> sorted(Map<?, ?> members) {
    Map<String, @Nullable Object> sorted = new TreeMap<>();
    members.forEach(
        (name, value) ->
            sorted.put(String.valueOf(name), value instanceof Map<?, ?> map ? sorted(map) : value));
    return sorted;
  }
}
