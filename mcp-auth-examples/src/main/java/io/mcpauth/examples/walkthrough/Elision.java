package io.mcpauth.examples.walkthrough;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Keeps secrets out of the transcript: by the name they travel under, and from then on by their
 * value, wherever it turns up again.
 */
final class Elision {
  /** Parameters, members and headers with a secret value, and what to call it. */
  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("access_token", "access token"),
          Map.entry("refresh_token", "refresh token"),
          Map.entry("id_token", "ID token"),
          Map.entry("token", "token"),
          Map.entry("client_secret", "client secret"),
          Map.entry("registration_access_token", "registration token"),
          Map.entry("code", "code"),
          Map.entry("code_verifier", "code verifier"),
          Map.entry("state", "state"),
          Map.entry("password", "password"),
          Map.entry("_csrf", "form token"),
          Map.entry("form", "form token"),
          Map.entry("request", "pending request"),
          Map.entry("mcp-session-id", "session id"));

  /** The start of every JWT: a brace and a quote in base64url. */
  private static final Pattern JWT = Pattern.compile("eyJ[A-Za-z0-9_.-]*");

  /** Shorter values would be found in the middle of harmless words. */
  private static final int SHORTEST_REMEMBERED = 8;

  private final Map<String, String> remembered = new LinkedHashMap<>();

  /** Says what is shown for a named value, which is the value itself where it is no secret. */
  String value(String name, String value) {
    String label = NAMES.get(name.toLowerCase(Locale.ROOT));
    return label == null ? text(value) : secret(label, value);
  }

  /** A header's value. */
  String header(String name, String value) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "authorization" -> {
        int end = value.indexOf(' ');
        yield value.substring(0, end + 1) + secret("access token", value.substring(end + 1));
      }
      case "cookie", "set-cookie" -> cookie(value);
      default -> value(name, value);
    };
  }

  private String cookie(String value) {
    int start = value.indexOf('=') + 1;
    int end = value.indexOf(';') < 0 ? value.length() : value.indexOf(';');
    return value.substring(0, start)
        + secret("cookie", value.substring(start, end))
        + value.substring(end);
  }

  /** Elides the members of a JSON value, at every depth. */
  void json(JsonNode node) {
    if (node instanceof ObjectNode object) {
      for (String member : object.propertyNames()) {
        JsonNode value = object.get(member);
        if (value.isString()) {
          object.put(member, value(member, value.stringValue()));
        }
      }
    }
    node.forEach(this::json);
  }

  /** Elides what is known from before, and whatever looks like a JWT. */
  String text(String text) {
    String shown = text;
    for (Map.Entry<String, String> entry : remembered.entrySet()) {
      shown = shown.replace(entry.getKey(), entry.getValue());
    }
    return JWT.matcher(shown).replaceAll("[token elided]");
  }

  private String secret(String label, String value) {
    String shown = "[" + label + " elided]";
    if (value.length() >= SHORTEST_REMEMBERED) {
      remembered.putIfAbsent(value, shown);
      remembered.putIfAbsent(URLEncoder.encode(value, StandardCharsets.UTF_8), shown);
    }
    return value.isEmpty() ? "" : shown;
  }
}
