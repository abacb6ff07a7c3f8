package io.mcpauth.examples.authserver;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A browser without a screen: cookies, forms, and redirects only when asked to follow one. */
public final class Browser {
  private static final Pattern FORM =
      Pattern.compile("<form id=\"(\\w+)\" method=\"post\" action=\"([^\"]+)\">");
  private static final Pattern HIDDEN =
      Pattern.compile("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\">");

  private final HttpClient http =
      HttpClient.newBuilder().cookieHandler(new CookieManager()).build();

  /** Opens an address, without following where it leads. */
  public HttpResponse<String> get(URI uri) {
    return send(HttpRequest.newBuilder(uri).build());
  }

  /** Logs in where needed and stops at the consent page, or at the redirect to the client. */
  public HttpResponse<String> open(URI authorize, String user, String password) {
    HttpResponse<String> page = follow(get(authorize), authorize);
    if (page.statusCode() == 200 && page.body().contains("<form id=\"login\"")) {
      List<String[]> fields = hidden(page.body());
      fields.add(new String[] {"username", user});
      fields.add(new String[] {"password", password});
      page = follow(submit(page, fields), authorize);
    }
    return page;
  }

  /** Answers the consent page, with {@code allow} or {@code deny}. */
  public HttpResponse<String> decide(HttpResponse<String> consent, String decision) {
    List<String[]> fields = hidden(consent.body());
    fields.add(new String[] {"decision", decision});
    return submit(consent, fields);
  }

  /** Sends the first form of a page, with further headers in pairs. */
  HttpResponse<String> submit(HttpResponse<String> page, List<String[]> fields, String... headers) {
    Matcher form = FORM.matcher(page.body());
    if (!form.find()) {
      throw new AssertionError("no form in " + page.body());
    }
    return submit(page, form, fields, headers);
  }

  /** Sends the form of that id. */
  HttpResponse<String> submit(HttpResponse<String> page, String id, List<String[]> fields) {
    Matcher form = FORM.matcher(page.body());
    while (form.find()) {
      if (form.group(1).equals(id)) {
        return submit(page, form, fields);
      }
    }
    throw new AssertionError("no form " + id + " in " + page.body());
  }

  private HttpResponse<String> submit(
      HttpResponse<String> page, Matcher form, List<String[]> fields, String... headers) {
    return post(page.uri().resolve(form.group(2)), fields, headers);
  }

  /** Sends a form to an address. */
  HttpResponse<String> post(URI uri, List<String[]> fields, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(encode(fields)));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request.build());
  }

  /** Follows redirects as long as they stay on the server that the request went to. */
  private HttpResponse<String> follow(HttpResponse<String> response, URI start) {
    HttpResponse<String> current = response;
    while (current.statusCode() == 302 || current.statusCode() == 303) {
      URI target = location(current);
      if (!start.getRawAuthority().equals(target.getRawAuthority())) {
        return current;
      }
      current = get(target);
    }
    return current;
  }

  /** Where a redirect leads. */
  public static URI location(HttpResponse<String> response) {
    return response.uri().resolve(response.headers().firstValue("Location").orElseThrow());
  }

  static Map<String, String> query(URI uri) {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String pair : uri.getRawQuery().split("&", -1)) {
      String[] halves = pair.split("=", 2);
      parameters.put(halves[0], URLDecoder.decode(halves[1], StandardCharsets.UTF_8));
    }
    return parameters;
  }

  static String code(Map<String, String> response) {
    return Objects.requireNonNull(response.get("code"), "no code in " + response);
  }

  static List<String[]> hidden(String html) {
    List<String[]> fields = new ArrayList<>();
    Matcher field = HIDDEN.matcher(html);
    while (field.find()) {
      fields.add(new String[] {field.group(1), unescaped(field.group(2))});
    }
    return fields;
  }

  private static String unescaped(String html) {
    return html.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&");
  }

  static String encode(List<String[]> fields) {
    return fields.stream()
        .map(field -> field[0] + "=" + URLEncoder.encode(field[1], StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return http.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
