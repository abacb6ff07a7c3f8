package io.mcpauth.containers;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.pkce.CodeVerifier;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The application at {@code /shop}, which issues its tokens itself to whoever logs in with the form
 * of the container: from the metadata to the call of a tool, as a client and a browser see it.
 */
final class LoginChecks {
  private static final String ORIGIN = "https://mcp.example.com";
  private static final String SHOP = ORIGIN + "/shop";
  private static final String CALLBACK = "https://client.example.com/callback";
  private static final String FORM = "Content-Type: application/x-www-form-urlencoded\r\n";
  private static final String PUBLISH = Site.READ.replace("read_file", "publish");
  private static final Pattern FIELD = Pattern.compile("name=\"(\\w+)\" value=\"([^\"]*)\"");

  private final Site site;
  private final Map<String, String> cookies = new LinkedHashMap<>();

  private LoginChecks(Site site) {
    this.site = site;
  }

  static void ownLogin(Site site) throws IOException {
    metadata(site);
    String clientId = register(site);
    LoginChecks alice = new LoginChecks(site);
    String token = alice.token(clientId, "alice", "wonder", "");
    called(site, token, Site.READ);
    called(site, token, PUBLISH);
    assertThat(call(site, token, Site.WRITE).status()).isEqualTo(403);
    assertThat(site.send(Site.get("/shop/mcp", Site.CLOSE)).status()).isEqualTo(401);
    // Whoever is logged in is asked again, once, and may be another one then.
    String ofBob = alice.token(clientId, "bob", "builder", "&prompt=login");
    assertThat(call(site, ofBob, Site.READ).body()).contains("|bob\"");
    assertThat(call(site, ofBob, PUBLISH).status()).isEqualTo(403);
  }

  private static void metadata(Site site) throws IOException {
    for (String target :
        new String[] {
          "/shop/.well-known/oauth-authorization-server/shop",
          "/shop/.well-known/openid-configuration"
        }) {
      Answer answer = site.send(Site.get(target, Site.CLOSE));
      assertThat(answer.status()).as(target).isEqualTo(200);
      assertThat(answer.body()).contains("\"issuer\":\"" + SHOP + "\"");
    }
    assertThat(
            site.send(Site.get("/shop/.well-known/oauth-protected-resource/shop/mcp", Site.CLOSE))
                .body())
        .contains("\"authorization_servers\":[\"" + SHOP + "\"]");
  }

  private static String register(Site site) throws IOException {
    Answer answer =
        site.send(
            Site.post(
                "/shop/oauth/register",
                Site.CLOSE,
                "{\"redirect_uris\":[\""
                    + CALLBACK
                    + "\"],\"token_endpoint_auth_method\":\"none\"}"));
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    return member(answer.body(), "client_id");
  }

  private static Answer call(Site site, String token, String body) throws IOException {
    return site.send(Site.post("/shop/mcp", Site.CLOSE + Site.bearer(token), body));
  }

  private static void called(Site site, String token, String body) throws IOException {
    Answer answer = call(site, token, body);
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    assertThat(answer.byAlice()).as(answer.body()).isTrue();
  }

  /** Logs in with the form, which has to come, after a wrong password; and allows the client. */
  private String token(String clientId, String user, String password, String more)
      throws IOException {
    CodeVerifier verifier = CodeVerifier.generate();
    Answer page =
        open(
            "/shop/oauth/authorize?response_type=code&scope=files:read&state=s&client_id="
                + encoded(clientId)
                + "&resource="
                + encoded(SHOP + "/mcp")
                + "&code_challenge_method=S256&code_challenge="
                + verifier.challenge().value()
                + more);
    assertThat(page.body()).startsWith("login: ");
    Answer failed = submit("/shop/j_security_check", login(user, "wrong"));
    assertThat(failed.body()).startsWith("failed: ");
    Answer consent = submit("/shop/j_security_check", login(user, password));
    assertThat(consent.status()).as(consent.toString()).isEqualTo(200);
    assertThat(consent.body()).contains("name=\"decision\"", user);
    Map<String, String> fields = fields(consent.body());
    fields.put("decision", "allow");
    String back = submit("/shop/oauth/consent", fields).header("Location").get(0);
    assertThat(back).startsWith(CALLBACK);
    Matcher code = Pattern.compile("[?&]code=([^&]+)").matcher(back);
    assertThat(code.find()).isTrue();
    Answer tokens =
        Wire.exchange(
            site.port(),
            post(
                "/shop/oauth/token",
                "",
                "grant_type=authorization_code&client_id="
                    + encoded(clientId)
                    + "&code="
                    + code.group(1)
                    + "&code_verifier="
                    + verifier.value()));
    assertThat(tokens.status()).as(tokens.body()).isEqualTo(200);
    return member(tokens.body(), "access_token");
  }

  private static Map<String, String> login(String user, String password) {
    return Map.of("j_username", user, "j_password", password);
  }

  /** A page, behind all that leads on within the host. */
  private Answer open(String target) throws IOException {
    return followed(kept(site.send(Site.get(target, Site.CLOSE + cookie()))));
  }

  private Answer submit(String target, Map<String, String> fields) throws IOException {
    String body =
        fields.entrySet().stream()
            .map(one -> one.getKey() + "=" + encoded(one.getValue()))
            .collect(Collectors.joining("&"));
    String headers = "Origin: " + ORIGIN + "\r\n" + cookie();
    return followed(kept(site.send(post(target, headers, body))));
  }

  private Answer followed(Answer answer) throws IOException {
    if (answer.status() / 100 != 3) {
      return answer;
    }
    URI to = URI.create(answer.header("Location").get(0));
    boolean within = to.getHost() == null || to.getHost().equals("mcp.example.com");
    String query = to.getRawQuery() == null ? "" : "?" + to.getRawQuery();
    return within ? open(to.getRawPath() + query) : answer;
  }

  private Answer kept(Answer answer) {
    for (String line : answer.header("Set-Cookie")) {
      String[] pair = line.split(";", 2)[0].split("=", 2);
      cookies.put(pair[0], pair[1]);
    }
    return answer;
  }

  private String cookie() {
    return cookies.isEmpty()
        ? ""
        : "Cookie: "
            + cookies.entrySet().stream()
                .map(one -> one.getKey() + "=" + one.getValue())
                .collect(Collectors.joining("; "))
            + "\r\n";
  }

  private static String post(String target, String headers, String body) {
    return Site.request(
            "POST",
            target,
            Site.CLOSE + headers + FORM + "Content-Length: " + body.length() + "\r\n")
        + body;
  }

  private static Map<String, String> fields(String page) {
    Map<String, String> fields = new LinkedHashMap<>();
    Matcher field = FIELD.matcher(page.substring(0, page.indexOf("</form>")));
    while (field.find()) {
      fields.put(field.group(1), field.group(2));
    }
    return fields;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String member(String json, String name) {
    Matcher member = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(json);
    assertThat(member.find()).as(json).isTrue();
    return member.group(1);
  }
}
