package io.mcpauth.examples.walkthrough;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The user's browser: it keeps cookies and fills in forms, and shows each redirect it follows. */
final class Browser {
  private final Conversation conversation;
  private final CookieManager cookies = new CookieManager();

  Browser(Conversation conversation) {
    this.conversation = conversation;
  }

  /** Opens an address. */
  Answer open(URI uri, Consumer<Expect> checks) {
    return exchange(Request.get(uri), checks);
  }

  /**
   * Sends a form.
   *
   * @param page the address of the page with the form
   * @param typed what the user fills in or clicks
   */
  Answer submit(URI page, Page.Form form, Map<String, String> typed, Consumer<Expect> checks) {
    List<Map.Entry<String, String>> fields = new ArrayList<>(typed.entrySet());
    fields.addAll(form.fields());
    String body =
        fields.stream()
            .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
            .collect(Collectors.joining("&"));
    return exchange(
        Request.post(page.resolve(form.action()), "application/x-www-form-urlencoded", body),
        checks);
  }

  private Answer exchange(Request request, Consumer<Expect> checks) {
    try {
      Request complete = request;
      for (Map.Entry<String, List<String>> header :
          cookies.get(request.uri(), Map.of()).entrySet()) {
        for (String value : header.getValue()) {
          complete = complete.with(header.getKey(), value);
        }
      }
      Answer answer = conversation.exchange(complete, checks);
      cookies.put(request.uri(), answer.headers().map());
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
