package io.mcpauth.authserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedirectUriTest {
  private static final RedirectUriRules RULES = RedirectUriRules.standard();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://chatgpt.com/connector/oauth/abc-DEF_123",
        "https://chatgpt.com/connector_platform_oauth_redirect",
        "https://chat.openai.com/aip/g-1/oauth/callback",
        "https://claude.ai/api/mcp/auth_callback",
        "https://claude.com/api/mcp/auth_callback",
        "http://localhost:52133/callback",
        "cursor://anysphere.cursor-mcp/oauth/callback",
        "https://www.cursor.com/agents/mcp/oauth/callback",
        "http://localhost:8787/callback",
        "http://127.0.0.1/",
        "http://127.0.0.1:33418/",
        "https://vscode.dev/redirect",
        "https://insiders.vscode.dev/redirect",
        "http://localhost:7777/oauth/callback",
        "http://localhost:6274/oauth/callback",
        "http://127.0.0.1:6276",
        "http://localhost:3334/oauth/callback",
        "http://[::1]:3334/oauth/callback",
        "https://a.example:8443/cb?tenant=1&x=%20y",
        "https://a.example",
        "https://a.example/a.b/..c/...",
      })
  void redirectOfARealClient_isAccepted(String uri) {
    assertThat(RULES.accept(uri).value()).isEqualTo(uri);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "javascript:alert(1)",
        "javascript://localhost/%0aalert(1)",
        "JavaScript://localhost/x",
        "java\tscript:alert(1)",
        " javascript:alert(1)",
        "data:text/html,x",
        "data://text/html",
        "vbscript:x",
        "vbscript://x/",
        "file:///etc/passwd",
        "file://localhost/x",
        "blob:https://a.example/1",
        "about:blank",
        "view-source:https://a.example/",
        "intent://a.example/#Intent;end",
        "ftp://a.example/",
        "ws://localhost/",
        "urn:ietf:wg:oauth:2.0:oob",
        "http://a.example/cb",
        "http://127.0.0.2/cb",
        "http://127.1/cb",
        "http://2130706433/cb",
        "http://0x7f.0.0.1/cb",
        "http://0.0.0.0/cb",
        "http://[::]/cb",
        "http://[::ffff:127.0.0.1]/cb",
        "http://[::1%25lo]/cb",
        "http://192.168.1.1/cb",
        "http://LOCALHOST/cb",
        "http://localhost./cb",
        "http://localhost.evil.example/cb",
        "http://127.0.0.1.evil.example/cb",
        "http://localhost@evil.example/cb",
        "http://localhost:80@evil.example/cb",
        "http://evil.example\\@localhost/cb",
        "HTTPS://a.example/cb",
        "https://user:secret@a.example/cb",
        "https://user@a.example/cb",
        "https://@a.example/cb",
        "https://a.example/cb#x",
        "https://a.example/cb#",
        "https://*.a.example/cb",
        "https://a.example/*",
        "http://localhost:*/cb",
        "https://a.example:/cb",
        "https://a.example:0/cb",
        "https://a.example:080/cb",
        "https://a.example:65536/cb",
        "https://a.example:99999999999/cb",
        "https:///cb",
        "https://:443/cb",
        "https:a.example",
        "https:/a.example/cb",
        "https:\\\\a.example/cb",
        "//a.example/cb",
        "/cb",
        "a.example",
        "",
        "https://a.example/./cb",
        "https://a.example/x/../cb",
        "https://a.example/x/..",
        "https://a.example/%2e%2e/cb",
        "https://a.example/%2E./cb",
        "https://a.example/x%2f..%2Fcb",
        "https://a.example/..;x=1/cb",
        "https://a.example/x%5c..%5Ccb",
        "https://a.example/%00",
        "https://a.example/%0d%0aX:y",
        "https://a.example/%7F",
        "https://a.example/%zz",
        "https://a.example/%",
        "https://a.example/ cb",
        "https://a.example/cb\r\nX: y",
        "https://a.example/cb\n",
        "https://a.example/\u00e9",
        "https://ex\u0430mple.com/cb",
        "https://a.example/\u202ebc",
        "https://a.example/<script>",
        "https://a.example/\"x",
        "https://a.example/{id}",
        "https://a_b.example/^",
        "myapp://callback",
        "com.example.app:/cb",
        "cursor://anysphere.cursor-mcp/oauth/callback/",
        "cursor://anysphere.cursor-mcp/oauth/callback?x=1",
        "cursor://evil/oauth/callback",
        "CURSOR://anysphere.cursor-mcp/oauth/callback"
      })
  void hostileRedirect_isRefusedWithoutRepeatingIt(String uri) {
    AuthException refusal =
        catchThrowableOfType(AuthException.class, () -> RULES.accept(uri, "redirect_uris[0]"));

    assertThat(refusal.reason()).isEqualTo(ReasonCode.REDIRECT_URI_NOT_ACCEPTED);
    assertThat(refusal.description()).startsWith("redirect_uris[0] ").endsWith(".");
    if (uri.length() > 4) {
      assertThat(refusal.description()).doesNotContain(uri);
    }
    assertThat(RULES.accepts(uri)).isFalse();
  }

  @Test
  void length_isBounded() {
    String prefix = "https://a.example/";
    assertThat(RULES.accepts(prefix + "x".repeat(2000 - prefix.length()))).isTrue();
    assertThat(RULES.accepts(prefix + "x".repeat(2001 - prefix.length()))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "https://a.example/cb, https://a.example/cb, true",
    "https://a.example/cb, https://a.example/cb/, false",
    "https://a.example/cb, https://a.example/cb2, false",
    "https://a.example/cb, https://a.example/c, false",
    "https://a.example/cb, https://a.example/cb?x=1, false",
    "https://a.example/cb, https://A.example/cb, false",
    "https://a.example/cb, https://a.example:443/cb, false",
    "https://a.example/cb, https://a.example/%63b, false",
    "https://a.example/cb, https://a.example/x/../cb, false",
    "https://a.example/cb, http://a.example/cb, false",
    "https://a.example, https://a.example/, false",
    "https://localhost:1/cb, https://localhost:2/cb, false",
    "http://localhost:1/cb, http://localhost:2/cb, true",
    "http://localhost/cb, http://localhost:52133/cb, true",
    "http://localhost:1/cb, http://localhost/cb, true",
    "http://127.0.0.1/, http://127.0.0.1:33418/, true",
    "http://127.0.0.1:33418/, http://127.0.0.1:33418, false",
    "http://[::1]:1/cb, http://[::1]:2/cb, true",
    "http://localhost/cb, http://127.0.0.1/cb, false",
    "http://127.0.0.1/cb, http://[::1]/cb, false",
    "http://127.0.0.1/cb, http://127.0.0.2/cb, false",
    "http://localhost/cb, http://LOCALHOST/cb, false",
    "http://localhost/cb, http://localhost:1/cb/../x, false",
    "http://localhost/cb, http://localhost:1/CB, false",
    "http://localhost/cb?a=1, http://localhost:1/cb?a=1, true",
    "http://localhost/cb?a=1, http://localhost:1/cb?a=2, false",
    "http://localhost/cb, http://localhost:1@evil.example/cb, false",
    "http://localhost/cb, http://localhost:0/cb, false",
    "http://localhost/cb, http://localhost:070/cb, false",
    "http://localhost/cb, http://localhost:65536/cb, false",
    "http://localhost/cb, http://localhost:/cb, false",
    "http://localhost/cb, http://localhost.evil.example/cb, false",
    "http://localhost/cb, https://localhost/cb, false",
    "http://localhost/cb, http://localhost:1/cb#x, false",
    "cursor://a/cb, cursor://a/cb, true",
    "cursor://a/cb, cursor://a:1/cb, false"
  })
  void requestedRedirect_isComparedToTheLetterButForLoopbackPorts(
      String registered, String requested, boolean same) {
    assertThat(RedirectUri.matches(registered, requested)).isEqualTo(same);
    assertThat(RedirectUri.matches(List.of("https://z.example/", registered), requested))
        .isEqualTo(same);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "https://a.example:8443/cb | a.example:8443 | false",
        "http://localhost:8787/callback |"
            + " an application on this computer (localhost:8787) | true",
        "http://[::1]:1/ | an application on this computer ([::1]:1) | true",
        "https://localhost/cb | an application on this computer (localhost) | true",
        "cursor://anysphere.cursor-mcp/oauth/callback |"
            + " an application on this computer (cursor://anysphere.cursor-mcp) | false"
      })
  void place_isSaidInWords(String uri, String place, boolean loopback) {
    assertThat(RULES.accept(uri).place()).isEqualTo(place);
    assertThat(RULES.accept(uri).isLoopback()).isEqualTo(loopback);
  }

  @Test
  void approval_leavesOnlyTheLoopbackPortOut() {
    assertThat(RULES.accept("http://localhost:1/cb?a=1").approval())
        .isEqualTo("http://localhost/cb?a=1");
    assertThat(RULES.accept("https://a.example:8443/cb").approval())
        .isEqualTo("https://a.example:8443/cb");
  }

  @Test
  void allowedScheme_isAccepted() {
    RedirectUriRules rules = RULES.allowScheme("com.example.app");

    assertThat(rules.accept("com.example.app:/oauth/cb").place())
        .isEqualTo("an application on this computer (com.example.app:)");
    assertThat(rules.accepts("com.example.app://cb")).isTrue();
    assertThat(rules.accepts("com.example.app:cb")).as("without a path").isFalse();
    assertThat(rules.accepts("com.example.app:/a/../cb")).isFalse();
    assertThat(rules.accepts("com.example.app://user@cb/")).isFalse();
    assertThat(rules.accepts("com.example.app:/cb#x")).isFalse();
    assertThat(rules.accepts("com.example.application:/oauth/cb")).isFalse();
    assertThat(RULES.accepts("com.example.app:/oauth/cb")).as("the first is as it was").isFalse();
  }

  @Test
  void allowedUri_isAcceptedToTheLetter() {
    RedirectUriRules rules = RedirectUriRules.webOnly().allowExact("com.example.app:/cb");

    assertThat(rules.accepts("com.example.app:/cb")).isTrue();
    assertThat(rules.accepts("com.example.app:/cb2")).isFalse();
    assertThat(rules.accepts("cursor://anysphere.cursor-mcp/oauth/callback")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "javascript",
        "data",
        "file",
        "http",
        "https",
        "JavaScript",
        "com.Example",
        "",
        "a:"
      })
  void schemeThatNoRedirectMayHave_stopsTheStart(String scheme) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RULES.allowScheme(scheme))
        .withMessageContaining("com.example.app");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"javascript:alert(1)", "data:/x", "app:/cb#x", "app:/a/../b", "http://a.example/"})
  void uriThatNoRedirectMayBe_stopsTheStart(String uri) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RULES.allowExact(uri))
        .withMessageContaining("com.example.app");
  }
}
