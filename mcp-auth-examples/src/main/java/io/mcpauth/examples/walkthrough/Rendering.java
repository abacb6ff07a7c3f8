package io.mcpauth.examples.walkthrough;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Turns requests and answers into lines to read, without their secrets and not too long. */
final class Rendering {
  private static final int WIDEST = 320;
  private static final int LONGEST = 16;

  /** The answer's headers that mean something here; the others are the container's. */
  private static final List<String> SHOWN_HEADERS =
      List.of(
          "WWW-Authenticate",
          "Location",
          "Set-Cookie",
          "Mcp-Session-Id",
          "Content-Type",
          "Cache-Control");

  private final Elision elision;

  Rendering(Elision elision) {
    this.elision = elision;
  }

  List<String> lines(Request request) {
    List<String> lines = new ArrayList<>();
    String body = request.body();
    String type = "";
    List<String> content = List.of();
    List<String> headers = new ArrayList<>();
    for (Request.Header header : request.headers()) {
      headers.add(header.name() + ": " + elision.header(header.name(), header.value()));
      type = header.name().equals("Content-Type") ? header.value() : type;
    }
    if (body != null) {
      content = body(type, body);
    }
    addAddress(lines, request.method() + " ", request.uri());
    lines.addAll(headers);
    lines.addAll(content);
    return shortened(lines);
  }

  List<String> lines(Answer answer) {
    List<String> lines = new ArrayList<>();
    lines.add("HTTP " + answer.status());
    for (String name : SHOWN_HEADERS) {
      for (String value : answer.headers().allValues(name)) {
        if (name.equals("Location")) {
          addAddress(lines, "Location: ", URI.create(value));
        } else {
          lines.add(name + ": " + elision.header(name, value));
        }
      }
    }
    lines.addAll(body(answer.header("Content-Type"), answer.body()));
    return shortened(lines);
  }

  /** One line for the address and one for each parameter of its query. */
  private void addAddress(List<String> lines, String before, URI uri) {
    String whole = uri.toString();
    String query = uri.getRawQuery();
    lines.add(before + elision.text(query == null ? whole : whole.replace("?" + query, "")));
    if (query != null) {
      String separator = "  ?";
      for (String parameter : parameters(query)) {
        lines.add(separator + parameter);
        separator = "  &";
      }
    }
  }

  private List<String> parameters(String encoded) {
    List<String> shown = new ArrayList<>();
    for (String parameter : encoded.split("&", -1)) {
      int end = parameter.indexOf('=');
      String name = decoded(end < 0 ? parameter : parameter.substring(0, end));
      String value = end < 0 ? "" : decoded(parameter.substring(end + 1));
      shown.add(name + "=" + elision.value(name, value));
    }
    return shown;
  }

  private static String decoded(String encoded) {
    return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
  }

  private List<String> body(String type, String body) {
    if (body.isEmpty()) {
      return List.of();
    }
    if (type.startsWith("application/x-www-form-urlencoded")) {
      return parameters(body);
    }
    if (type.startsWith("text/html")) {
      Page page = new Page(body);
      page.secrets().forEach(elision::value);
      return page.words().stream().map(elision::text).toList();
    }
    if (type.startsWith("text/event-stream")) {
      return body.lines()
          .filter(line -> line.startsWith("event:") || line.startsWith("data:"))
          .map(this::event)
          .toList();
    }
    return List.of(json(body));
  }

  private String event(String line) {
    return line.startsWith("data:")
        ? "data: " + json(line.substring("data:".length()).strip())
        : elision.text(line);
  }

  private String json(String body) {
    JsonNode json = Answer.parse(body);
    if (!json.isContainer()) {
      return elision.text(body);
    }
    elision.json(json);
    return elision.text(json.toString());
  }

  private static List<String> shortened(List<String> lines) {
    List<String> shown =
        new ArrayList<>(
            lines.stream()
                .flatMap(String::lines)
                .limit(LONGEST)
                .map(Rendering::shortened)
                .toList());
    if (lines.size() > LONGEST) {
      shown.add("... [" + lines.size() + " lines in all]");
    }
    return shown;
  }

  private static String shortened(String line) {
    return line.length() <= WIDEST
        ? line
        : line.substring(0, WIDEST) + "... [" + line.length() + " characters in all]";
  }
}
