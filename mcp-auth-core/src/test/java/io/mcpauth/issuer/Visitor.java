package io.mcpauth.issuer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A browser with its cookies, and whoever is logged in in it. */
final class Visitor {
  private OAuthServer server;
  private final Map<String, String> cookies = new LinkedHashMap<>();

  Visitor(OAuthServer server, @Nullable String user) {
    this.server = server;
    become(user);
  }

  /** From now on another node answers. */
  void moveTo(OAuthServer node) {
    server = node;
  }

  /** Another login, or none. */
  void become(@Nullable String user) {
    if (user == null) {
      cookies.remove("user");
    } else {
      cookies.put("user", user);
    }
  }

  /** Opens an authorization request. */
  OAuthAnswer open(String query) {
    return send(SentRequest.of("GET", OAuthAddresses.AUTHORIZE, query));
  }

  OAuthAnswer applications() {
    return send(SentRequest.of("GET", OAuthAddresses.APPLICATIONS, null));
  }

  OAuthAnswer send(SentRequest request) {
    StringBuilder line = new StringBuilder();
    cookies.forEach(
        (name, value) ->
            line.append(line.isEmpty() ? "" : "; ").append(name).append('=').append(value));
    OAuthAnswer answer =
        server.answer(line.isEmpty() ? request : request.with("Cookie", line.toString()));
    remember(answer);
    return answer;
  }

  /** Takes the cookies of an answer. */
  void remember(OAuthAnswer answer) {
    for (String set : answer.headers().getOrDefault("Set-Cookie", List.of())) {
      String[] pair = set.split(";", 2)[0].split("=", 2);
      cookies.put(pair[0], pair[1]);
    }
  }

  /** Sends a form of a page, as a browser does. */
  OAuthAnswer submit(OAuthAnswer page, String form, String... more) {
    return send(request(page, form, more));
  }

  /** Presses a button of the consent page. */
  OAuthAnswer decide(OAuthAnswer page, String decision) {
    return submit(page, "consent", "decision", decision);
  }

  /** A form of a page, to be changed before it is sent. */
  static SentRequest request(OAuthAnswer page, String form, String... more) {
    return SentRequest.post(action(page, form), fields(page, form, more))
        .with("Origin", ConsentDesk.ISSUER)
        .with("Sec-Fetch-Site", "same-origin");
  }

  static String[] fields(OAuthAnswer page, String form, String... more) {
    List<String> fields = new ArrayList<>();
    Matcher input =
        Pattern.compile("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\">")
            .matcher(content(page, form));
    while (input.find()) {
      fields.addAll(List.of(input.group(1), input.group(2)));
    }
    fields.addAll(List.of(more));
    return fields.toArray(String[]::new);
  }

  private static String action(OAuthAnswer page, String form) {
    Matcher action = Pattern.compile("action=\"([^\"]*)\"").matcher(content(page, form));
    assertThat(action.find()).isTrue();
    return action.group(1);
  }

  private static String content(OAuthAnswer page, String form) {
    Matcher found =
        Pattern.compile("<form id=\"" + Pattern.quote(form) + "\"(.*?)</form>", Pattern.DOTALL)
            .matcher(ConsentDesk.body(page));
    assertThat(found.find()).as("form " + form).isTrue();
    return found.group(1);
  }
}
