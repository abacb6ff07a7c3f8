package io.mcpauth.edge;

import io.mcpauth.internal.json.Json;
import io.mcpauth.metadata.ResourceIdentifier;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a user types to connect a client: commands for a POSIX shell, and JSON for settings files.
 * Whoever copies a line runs it, so nothing in it may be more than a name and a URL.
 *
 * @param name what the client is to call the server: letters, digits and hyphens
 * @param url the MCP endpoint
 */
record ClientLines(String name, String url) {
  private static final int MAX_NAME = 40;
  private static final String LAST_RESORT = "mcp-server";
  private static final Pattern NOT_IN_NAMES = Pattern.compile("[^a-z0-9]+");
  private static final Pattern ACCENTS = Pattern.compile("\\p{M}+");
  private static final Pattern HYPHENS_AROUND = Pattern.compile("^-+|-+$");
  private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9._~:/@%+=,-]+");

  /** Named after the resource where it has a name in Latin letters, else after its host. */
  static ClientLines of(ResourceIdentifier resource, @Nullable String resourceName) {
    String name = resourceName == null ? "" : nameFrom(resourceName);
    if (name.isEmpty()) {
      name = nameFrom(URI.create(resource.value()).getHost());
    }
    return new ClientLines(name.isEmpty() ? LAST_RESORT : name, resource.value());
  }

  /** Never with a hyphen first, which would be an option; empty where no letter is left. */
  private static String nameFrom(String text) {
    String shortened = text.substring(0, Math.min(text.length(), 4 * MAX_NAME));
    String plain =
        ACCENTS.matcher(Normalizer.normalize(shortened, Normalizer.Form.NFKD)).replaceAll("");
    String name = trimmed(NOT_IN_NAMES.matcher(plain.toLowerCase(Locale.ROOT)).replaceAll("-"));
    if (name.length() > MAX_NAME) {
      name = trimmed(name.substring(0, MAX_NAME));
    }
    return name.chars().anyMatch(c -> c >= 'a' && c <= 'z') ? name : "";
  }

  private static String trimmed(String name) {
    return HYPHENS_AROUND.matcher(name).replaceAll("");
  }

  String claudeCode() {
    return "claude mcp add --transport http " + name + " " + shellWord(url);
  }

  String geminiCli() {
    return "gemini mcp add --transport http " + name + " " + shellWord(url);
  }

  String inspector() {
    return "npx @modelcontextprotocol/inspector --transport http --server-url " + shellWord(url);
  }

  String vsCode() {
    Map<String, Object> server = new LinkedHashMap<>();
    server.put("name", name);
    server.put("type", "http");
    server.put("url", url);
    return "code --add-mcp '" + json(server) + "'";
  }

  String cursor() {
    return json(Map.of("mcpServers", Map.of(name, Map.of("url", url))));
  }

  /** Without a single quote, so that it can stand between two of them. */
  private static String json(Map<String, ?> value) {
    return new String(Json.write(value), StandardCharsets.UTF_8).replace("'", "\\u0027");
  }

  /** A path may hold {@code ;}, {@code &}, {@code $}, parentheses and quotes (RFC 3986 2.2). */
  private static String shellWord(String text) {
    return HARMLESS.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
