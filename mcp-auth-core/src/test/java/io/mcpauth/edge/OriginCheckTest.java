package io.mcpauth.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.metadata.ResourceIdentifier;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginCheckTest {
  private static final String PUBLIC = "https://mcp.example.com/mcp";
  private static final String LOCAL = "http://localhost:8080/mcp";

  @Test
  void requestWithoutOrigin_passes() {
    assertThatCode(() -> check(PUBLIC).require(List.of())).doesNotThrowAnyException();
    assertThatCode(() -> check(LOCAL).require(List.of())).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "https://mcp.example.com/mcp, https://mcp.example.com",
    "https://mcp.example.com, https://mcp.example.com",
    "https://mcp.example.com:8443/a/b, https://mcp.example.com:8443",
    "https://[2001:db8::1]:8443/mcp, https://[2001:db8::1]:8443",
    "http://localhost:8080/mcp, http://localhost:8080",
    "http://localhost:8080/mcp, http://127.0.0.1:8080",
    "http://localhost:8080/mcp, http://[::1]:8080",
    "http://[::1]:8080/mcp, http://localhost:8080",
    "http://[::1]:8080/mcp, http://[::1]:8080",
    "http://127.0.0.1/mcp, http://localhost",
    "http://127.0.0.2:9/mcp, http://127.0.0.2:9",
    "http://127.0.0.2:9/mcp, http://[::1]:9",
    "https://localhost/mcp, https://127.0.0.1",
  })
  void ownOrigin_passes(String resource, String origin) {
    assertThatCode(() -> check(resource).require(List.of(origin))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "https://mcp.example.com/mcp, http://mcp.example.com",
    "https://mcp.example.com/mcp, https://mcp.example.com:443",
    "https://mcp.example.com/mcp, https://mcp.example.com:8443",
    "https://mcp.example.com:8443/mcp, https://mcp.example.com",
    "https://mcp.example.com/mcp, https://mcp.example.com/",
    "https://mcp.example.com/mcp, https://mcp.example.com/mcp",
    "https://mcp.example.com/mcp, https://MCP.example.com",
    "https://mcp.example.com/mcp, HTTPS://mcp.example.com",
    "https://mcp.example.com/mcp, https://mcp.example.com.",
    "https://mcp.example.com/mcp, https://mcp.example.com.evil.com",
    "https://mcp.example.com/mcp, https://evil-mcp.example.com",
    "https://mcp.example.com/mcp, https://example.com",
    "https://mcp.example.com/mcp, https://user@mcp.example.com",
    "https://mcp.example.com/mcp, https://mcp.example.com@evil.com",
    "https://mcp.example.com/mcp, https://mcp.example.com:80@evil.com",
    "https://mcp.example.com/mcp, https://mcp.example.com https://evil.com",
    "https://mcp.example.com/mcp, 'https://mcp.example.com, https://evil.com'",
    "https://mcp.example.com/mcp, https://m\u0441p.example.com",
    "https://mcp.example.com/mcp, http://localhost",
    "https://mcp.example.com/mcp, mcp.example.com",
    "https://mcp.example.com/mcp, //mcp.example.com",
    "https://mcp.example.com/mcp, null",
    "https://mcp.example.com/mcp, NULL",
    "https://mcp.example.com/mcp, *",
    "https://mcp.example.com/mcp, ''",
    "https://mcp.example.com/mcp, ' '",
    "http://localhost:8080/mcp, http://localhost",
    "http://localhost:8080/mcp, http://localhost:6274",
    "http://localhost:8080/mcp, http://localhost:80801",
    "http://localhost:8080/mcp, https://localhost:8080",
    "http://localhost:8080/mcp, http://localhost.evil.com:8080",
    "http://localhost:8080/mcp, http://localhost:80@evil.com:8080",
    "http://localhost:8080/mcp, http://127.0.0.2:8080",
    "http://localhost:8080/mcp, http://127.1:8080",
    "http://localhost:8080/mcp, http://2130706433:8080",
    "http://localhost:8080/mcp, http://0.0.0.0:8080",
    "http://localhost:8080/mcp, http://::1:8080",
    "http://localhost:8080/mcp, http://[::1%25lo]:8080",
    "http://localhost:8080/mcp, http://[0:0:0:0:0:0:0:1]:8080",
    "http://localhost:8080/mcp, http://[::ffff:127.0.0.1]:8080",
    "http://localhost:8080/mcp, null",
  })
  void anyOtherOrigin_isRefused(String resource, String origin) {
    assertThat(refusal(check(resource), origin).reason()).isEqualTo(ReasonCode.ORIGIN_NOT_ALLOWED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\r", "\n", "\r\nX: y", "\t", " ", "\u0000", "\u2028", "/", "#", "?", "\\", ":"})
  void ownOriginWithMore_isRefused(String more) {
    assertThat(refusal(check(PUBLIC), "https://mcp.example.com" + more).facts().get("found"))
        .doesNotContain("\r", "\n", "\u2028");
    assertThat(refusal(check(PUBLIC), more + "https://mcp.example.com").reason())
        .isEqualTo(ReasonCode.ORIGIN_NOT_ALLOWED);
  }

  @Test
  void veryLongOrigin_isRefusedWithAShortFact() {
    AuthException refusal =
        refusal(check(PUBLIC), "https://mcp.example.com" + ".a".repeat(1_000_000));

    assertThat(refusal.facts().get("found")).hasSize(200);
  }

  @Test
  void twoLines_areRefusedEvenIfEachIsAllowed() {
    String own = "https://mcp.example.com";

    assertThat(refusal(check(PUBLIC), own, own).reason()).isEqualTo(ReasonCode.ORIGIN_NOT_ALLOWED);
    assertThat(refusal(check(PUBLIC), own, "null").facts())
        .containsEntry("found", "https://mcp.example.com | null");
  }

  /** Every change of one or two characters makes another origin. */
  @Test
  void allowedOriginWithAChange_isRefused() {
    OriginCheck check = check(LOCAL, "https://app.example.com");
    List<String> allowed = List.copyOf(check.allowed());
    Random random = new Random(4);
    String alphabet = "ahtps:/@.[]%0189-_ \t\r\n\\?#*,\u0130\u212a";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder changed = new StringBuilder(allowed.get(random.nextInt(allowed.size())));
      for (int change = random.nextInt(2); change >= 0; change--) {
        int at = random.nextInt(changed.length());
        String with = "" + alphabet.charAt(random.nextInt(alphabet.length()));
        changed.replace(at, at + random.nextInt(2), random.nextInt(3) == 0 ? "" : with);
      }
      String origin = changed.toString();
      if (!check.allowed().contains(origin)) {
        assertThat(refusal(check, origin).reason()).isEqualTo(ReasonCode.ORIGIN_NOT_ALLOWED);
      }
    }
    assertThat(allowed)
        .containsExactlyInAnyOrder(
            "http://localhost:8080",
            "http://127.0.0.1:8080",
            "http://[::1]:8080",
            "https://app.example.com");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://app.example.com",
        "https://app.example.com:8443",
        "https://a_b.example.com",
        "https://xn--mnchen-3ya.example",
        "https://[2001:db8::1]",
        "http://localhost:6274",
        "http://127.0.0.1",
        "http://[::1]:6274",
        "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
        "vscode-webview://0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9",
        "tauri://localhost",
      })
  void configuredOrigin_passesBesideTheOwnOne(String origin) {
    OriginCheck check = check(PUBLIC, origin);

    assertThatCode(() -> check.require(List.of(origin))).doesNotThrowAnyException();
    assertThatCode(() -> check.require(List.of("https://mcp.example.com")))
        .doesNotThrowAnyException();
    assertThat(refusal(check, origin + "0").reason()).isEqualTo(ReasonCode.ORIGIN_NOT_ALLOWED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "*                               | wildcards       | https://app.example.com",
        "https://*.example.com           | wildcards       | https://app.example.com",
        "null                            | sandboxed       | https://app.example.com",
        "''                              | it is not       | https://app.example.com",
        "app.example.com                 | it is not       | https://app.example.com",
        "//app.example.com               | it is not       | https://app.example.com",
        "https://                        | it is not       | https://app.example.com",
        "https://b.example.com/          | it is not       | https://b.example.com",
        "https://b.example.com/path?q#f  | it is not       | https://b.example.com",
        "HTTPS://B.example.com           | it is not       | https://b.example.com",
        "https://b.example.com.          | it is not       | https://b.example.com",
        "https://b.example.com:          | it is not       | https://b.example.com",
        "https://b.example.com:08443     | it is not       | https://b.example.com:8443",
        "https://b.example.com:443       | default port    | https://b.example.com",
        "http://localhost:80             | default port    | http://localhost",
        "https://b.example.com:65536     | no such port    | https://app.example.com",
        "http://b.example.com            | plain http      | https://b.example.com",
        "http://b.example.com:8080       | plain http      | https://b.example.com:8080",
        "http://localhost.evil.com       | plain http      | https://localhost.evil.com",
        "http://[::1%25lo]               | it is not       | https://app.example.com",
        "https://m\u00fcnchen.example    | it is not       | https://app.example.com",
        "https://a.example https://b.example | it is not   | https://app.example.com",
        "wss://b.example.com             | no browser      | https://app.example.com",
        "file://localhost                | no browser      | https://app.example.com",
        "ftp://b.example.com             | no browser      | https://app.example.com",
        "data:text/html                  | it is not       | https://app.example.com",
      })
  void configuredOriginOfAnotherForm_isRefusedWithTheFix(
      String origin, String problem, String fix) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WebOrigin(origin))
        .withMessageStartingWith("Origin '" + origin + "': ")
        .withMessageContaining(problem)
        .withMessageEndingWith(". Write '" + fix + "' instead.");
  }

  @Test
  void passwordInAConfiguredOrigin_isNotShown() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WebOrigin("https://user:s3cr3t@b.example.com"))
        .withMessageStartingWith("Origin 'https://...@b.example.com': ")
        .withMessageNotContaining("s3cr3t");
  }

  @Test
  void veryLongConfiguredOrigin_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WebOrigin("https://" + "a".repeat(300)));
  }

  private static OriginCheck check(String resource, String... more) {
    return OriginCheck.of(
        ResourceIdentifier.of(resource),
        Arrays.stream(more).map(Edge::origin).collect(Collectors.toSet()));
  }

  private static AuthException refusal(OriginCheck check, String... lines) {
    return Objects.requireNonNull(
        catchThrowableOfType(AuthException.class, () -> check.require(List.of(lines))),
        () -> "passed: " + List.of(lines));
  }
}
