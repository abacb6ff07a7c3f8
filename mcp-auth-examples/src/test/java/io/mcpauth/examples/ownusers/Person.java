package io.mcpauth.examples.ownusers;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A user in front of a browser, who reads its pages. */
final class Person {
  private static final Pattern HIDDEN =
      Pattern.compile("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\">");

  private final Web web;
  private final String name;
  private final Map<String, String> cookies = new LinkedHashMap<>();
  private HttpResponse<String> page;

  private Person(Web web, String name, HttpResponse<String> page) {
    this.web = web;
    this.name = name;
    this.page = page;
  }

  /** Somebody whom a client sends to an address, and who logs in there where nobody is. */
  static Person at(Web web, String name, String address) throws Exception {
    Person person = new Person(web, name, web.get(address));
    person.logIn();
    return person;
  }

  private void logIn() throws Exception {
    assertThat(page.statusCode()).isEqualTo(303);
    String login = location();
    assertThat(login).startsWith("/login?back=");
    Map<String, String> form = new LinkedHashMap<>(Web.decoded(login.split("\\?", 2)[1]));
    form.put("user", name);
    form.put("password", name + "'s password");
    submit("/login", form);
    open(location());
  }

  /** Goes to an address. */
  void open(String address) throws Exception {
    keep(web.send(with(web.request(address))));
  }

  /** What the page says. */
  String page() {
    assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
    return page.body();
  }

  int status() {
    return page.statusCode();
  }

  /** Presses a button of the consent page; where the browser is sent then. */
  String decide(String decision) throws Exception {
    Map<String, String> form = fields("consent");
    form.put("decision", decision);
    submit("/api/v1/oauth/consent", form);
    return location();
  }

  /** Where the browser is sent. */
  String location() {
    assertThat(page.statusCode()).as(page.body()).isEqualTo(303);
    return page.headers().firstValue("Location").orElseThrow();
  }

  private Map<String, String> fields(String id) {
    Matcher form = Pattern.compile("(?s)<form id=\"" + id + "\"(.*?)</form>").matcher(page());
    assertThat(form.find()).as(page()).isTrue();
    Map<String, String> fields = new LinkedHashMap<>();
    Matcher field = HIDDEN.matcher(form.group(1));
    while (field.find()) {
      fields.put(field.group(1), field.group(2));
    }
    return fields;
  }

  private void submit(String path, Map<String, String> form) throws Exception {
    keep(
        web.send(
            with(web.request(path))
                .header("Origin", Web.ORIGIN)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(Web.encoded(form)))));
  }

  private HttpRequest.Builder with(HttpRequest.Builder request) {
    StringBuilder line = new StringBuilder();
    cookies.forEach(
        (cookie, value) ->
            line.append(line.isEmpty() ? "" : "; ").append(cookie).append('=').append(value));
    return line.isEmpty() ? request : request.header("Cookie", line.toString());
  }

  private void keep(HttpResponse<String> answer) {
    for (String set : answer.headers().allValues("Set-Cookie")) {
      String[] pair = set.split(";", 2)[0].split("=", 2);
      cookies.put(pair[0], pair[1]);
    }
    page = answer;
  }
}
