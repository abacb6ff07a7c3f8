package io.mcpauth.authserver;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.http.AddressPolicy;
import io.mcpauth.internal.http.OutboundException;
import io.mcpauth.internal.http.OutboundHttp;
import io.mcpauth.internal.http.OutboundResponse;
import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.Json;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One fetch of a document (draft-ietf-oauth-client-id-metadata-document section 5). */
final class DocumentFetch {
  /** RFC 9110 section 8.8.3, without the octets that a header of ours may not repeat. */
  private static final Pattern ETAG = Pattern.compile("(?:W/)?\"[\\x21\\x23-\\x7e]{0,200}\"");

  private static final int NOT_MODIFIED = 304;

  /** Those that {@link CacheLifetime} reads; whoever publishes a document chooses all others. */
  private static final Set<String> KEPT =
      Set.of("age", "cache-control", "date", "etag", "expires", "vary");

  /** A document is 5 KB at most; what is kept beside it shall not be more. */
  private static final int MAX_KEPT_CHARS = 2000;

  private final OutboundHttp http;
  private final ClientDocumentReader reader;
  private final CacheLifetime lifetime;
  private final Clock clock;

  DocumentFetch(
      OutboundHttp http, ClientDocumentReader reader, CacheLifetime lifetime, Clock clock) {
    this.http = http;
    this.reader = reader;
    this.lifetime = lifetime;
    this.clock = clock;
  }

  /**
   * Gets the document, or learns that the previous one is still it.
   *
   * @throws AuthException CLIENT_DOCUMENT_UNAVAILABLE or CLIENT_DOCUMENT_INVALID
   * @throws OutboundException where there was no answer to judge
   */
  KeptDocument get(ClientIdUrl url, @Nullable KeptDocument previous) throws OutboundException {
    Instant asked = clock.instant(); // RFC 9111 section 4.2.3: the age counts from the request
    Map<String, String> headers = new HashMap<>(Map.of("Accept", "application/json"));
    if (previous != null && previous.etag() != null) {
      headers.put("If-None-Match", previous.etag());
    }
    OutboundResponse response = http.get(url.uri(), policy(url), headers);
    if (response.status() == NOT_MODIFIED && previous != null) {
      return kept(previous.document(), updated(previous.headers(), response.headers()), asked);
    }
    requireJson(url, response);
    try {
      return kept(reader.read(url, Json.object(response.body())), response.headers(), asked);
    } catch (InvalidJsonException e) {
      throw new AuthException(
          ReasonCode.CLIENT_DOCUMENT_INVALID,
          "The client metadata document is not a strict JSON object",
          Map.of("client_id", url.value(), "problem", String.valueOf(e.getMessage())));
    }
  }

  /**
   * Section 8.6: nothing but public addresses, whoever is asked for and whatever it resolves to.
   */
  private static AddressPolicy policy(ClientIdUrl url) {
    return url.isLoopback() ? AddressPolicy.OPERATOR_CONFIGURED : AddressPolicy.PUBLIC_ONLY;
  }

  /** Section 5: any other status than 200 is an error. Section 4: JSON by its media type. */
  private static void requireJson(ClientIdUrl url, OutboundResponse response) {
    if (response.status() != 200) {
      throw unavailable(url, "status " + response.status());
    }
    String type = response.contentType().orElse("none");
    boolean json =
        type.equals("application/json")
            || (type.startsWith("application/") && type.endsWith("+json"));
    if (!json) {
      throw new AuthException(
          ReasonCode.CLIENT_DOCUMENT_INVALID,
          "The client metadata document must be served as application/json",
          Map.of("client_id", url.value(), "content_type", type));
    }
  }

  static AuthException unavailable(ClientIdUrl url, String problem) {
    // The client is not told the problem: it would learn what is behind which address.
    return new AuthException(
        ReasonCode.CLIENT_DOCUMENT_UNAVAILABLE,
        Map.of("client_id", url.value(), "problem", problem));
  }

  private KeptDocument kept(
      ClientIdDocument document, Map<String, List<String>> headers, Instant asked) {
    Duration freshFor = lifetime.of(headers, clock.instant());
    List<String> etags = headers.getOrDefault("etag", List.of());
    Map<String, List<String>> told = new HashMap<>(headers);
    told.keySet().retainAll(KEPT);
    boolean small = told.values().toString().length() <= MAX_KEPT_CHARS;
    boolean usable = etags.size() == 1 && ETAG.matcher(etags.get(0)).matches();
    return new KeptDocument(
        document,
        asked,
        freshFor,
        small && !lifetime.forbidsStoring(headers),
        usable ? etags.get(0) : null,
        told);
  }

  /** RFC 9111 section 3.2; when it was sent, and how old it was, is said anew each time. */
  private static Map<String, List<String>> updated(
      Map<String, List<String>> stored, Map<String, List<String>> fresh) {
    Map<String, List<String>> headers = new HashMap<>(stored);
    headers.remove("age");
    headers.remove("date");
    headers.putAll(fresh);
    return headers;
  }
}
