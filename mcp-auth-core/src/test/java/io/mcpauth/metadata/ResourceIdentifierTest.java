package io.mcpauth.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceIdentifierTest {
  private static final String METADATA = "/.well-known/oauth-protected-resource";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          https://mcp.example.com | '' | false
          https://mcp.example.com/mcp | /mcp | false
          https://mcp.example.com/mcp/ | /mcp/ | false
          https://mcp.example.com/a/b;c=d/%C3%A9 | /a/b;c=d/%C3%A9 | false
          https://mcp.example.com:8443/mcp | /mcp | false
          https://mcp.example.com:80/mcp | /mcp | false
          https://xn--bcher-kva.example/mcp | /mcp | false
          https://192.0.2.7/mcp | /mcp | false
          https://[2001:db8::1]:8443/mcp | /mcp | false
          https://127.evil.example/mcp | /mcp | false
          http://localhost:8080/mcp | /mcp | true
          http://127.0.0.1:8080/mcp | /mcp | true
          http://127.255.3.4/mcp | /mcp | true
          http://[::1]:8080 | '' | true
          https://localhost/mcp | /mcp | true
          """)
  void normalisedForm_isAccepted(String value, String path, boolean loopback) {
    ResourceIdentifier resource = ResourceIdentifier.of(value);
    assertThat(resource.value()).isEqualTo(value);
    assertThat(resource).hasToString(value);
    assertThat(resource.path()).isEqualTo(path);
    assertThat(resource.loopback()).isEqualTo(loopback);
    assertThat(resource.metadataPath()).isEqualTo(METADATA + path);
    assertThat(resource.rootMetadataPath()).isEqualTo(METADATA);
    String origin = value.substring(0, value.length() - path.length());
    assertThat(resource.metadataUrl()).isEqualTo(origin + METADATA + path);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          HTTPS://mcp.example.com/mcp | normalised form | https://mcp.example.com/mcp
          https://MCP.Example.com/mcp | normalised form | https://mcp.example.com/mcp
          https://mcp.example.com:443/mcp | normalised form | https://mcp.example.com/mcp
          https://mcp.example.com:/mcp | normalised form | https://mcp.example.com/mcp
          https://mcp.example.com:08443/mcp | normalised form | https://mcp.example.com:8443/mcp
          https://mcp.example.com/ | normalised form | https://mcp.example.com
          https://mcp.example.com//mcp | normalised form | https://mcp.example.com/mcp
          https://mcp.example.com/./mcp | normalised form | https://mcp.example.com/mcp
          https://mcp.example.com/x/../mcp | normalised form | https://mcp.example.com/mcp
          https://mcp.example.com/../../mcp | normalised form | https://mcp.example.com/mcp
          https://mcp.example.com/.. | normalised form | https://mcp.example.com
          https://mcp.example.com/m\u00fc | normalised form | https://mcp.example.com/m%C3%BC
          http://LOCALHOST:80/mcp | normalised form | http://localhost/mcp
          https://mcp.example.com/mcp?a=b | user-info, query and fragment | https://mcp.example.com/mcp
          https://mcp.example.com/mcp? | user-info, query and fragment | https://mcp.example.com/mcp
          https://mcp.example.com/mcp# | user-info, query and fragment | https://mcp.example.com/mcp
          https://mcp.example.com/mcp#x | user-info, query and fragment | https://mcp.example.com/mcp
          https://mcp.example.com/%7Emcp | normalised form | https://mcp.example.com/~mcp
          https://mcp.example.com/%6dcp | normalised form | https://mcp.example.com/mcp
          https://mcp.example.com/x/%2e%2E/mcp | normalised form | https://mcp.example.com/mcp
          https://mcp.example.com./mcp | normalised form | https://mcp.example.com/mcp
          http://mcp.example.com/mcp | plain http is only for loopback | https://mcp.example.com/mcp
          HTTP://MCP.example.com:80/ | plain http is only for loopback | https://mcp.example.com
          http://mcp.example.com:443/mcp | plain http is only for loopback | https://mcp.example.com/mcp
          http://mcp.example.com:8080/x/../mcp?q | plain http is only for loopback | https://mcp.example.com:8080/mcp
          http://10.0.0.1/mcp | plain http is only for loopback | https://10.0.0.1/mcp
          http://localhost.evil.example/mcp | plain http is only for loopback | https://localhost.evil.example/mcp
          http://127.0.0.1.evil.example/mcp | plain http is only for loopback | https://127.0.0.1.evil.example/mcp
          http://0.0.0.0/mcp | plain http is only for loopback | https://0.0.0.0/mcp
          http://[::]/mcp | plain http is only for loopback | https://[::]/mcp
          https://mcp.example.com:0/mcp | no possible port | https://mcp.example.com/mcp
          https://mcp.example.com:65536/mcp | no possible port | https://mcp.example.com/mcp
          """)
  void otherForm_isRefusedWithTheRightOne(String value, String problem, String write) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ResourceIdentifier.of(value))
        .withMessageContaining("'" + value + "'")
        .withMessageContaining(problem)
        .withMessageEndingWith("Write '" + write + "' instead.");
    assertThat(ResourceIdentifier.of(write).value()).isEqualTo(write);
  }

  @ParameterizedTest
  @CsvSource({
    "https://user:hunter2@mcp.example.com/mcp, https://mcp.example.com/mcp",
    "https://mcp.example.com@evil.example/mcp, https://evil.example/mcp"
  })
  void userInfo_isRefusedAndNotShown(String value, String write) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ResourceIdentifier.of(value))
        .withMessageStartingWith("Resource 'https://...@")
        .withMessageEndingWith("Write '" + write + "' instead.")
        .withMessageNotContaining("hunter2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "mcp",
        "/mcp",
        "//mcp.example.com/mcp",
        "mcp.example.com/mcp",
        "urn:example:mcp",
        "https:mcp",
        "https:///mcp",
        "https://",
        "ftp://mcp.example.com/mcp",
        "wss://mcp.example.com/mcp",
        "javascript:alert(1)",
        "https://mcp.example.com\\@evil.example/",
        "https://mcp.example.com/a b",
        "https://mcp.example.com/\r\nX: y",
        " https://mcp.example.com/mcp",
        "https://mcp.example.com/mcp ",
        "https://mcp.example.com/%zz",
        "https://mcp.example.com:x/mcp",
        "https://mcp.example.com:99999999999/mcp",
        "https://m\u00fcp.example/mcp",
        "https://mcp_server/mcp",
        "https://[::1/mcp",
        "{resource}",
      })
  void noHttpUrl_isRefusedWithAnExample(String value) {
    Throwable refusal = catchThrowable(() -> ResourceIdentifier.of(value));
    assertThat(refusal).isInstanceOf(IllegalArgumentException.class);
    Matcher write =
        Pattern.compile("Write '([^']+)' instead\\.$")
            .matcher(Objects.requireNonNull(refusal.getMessage()));
    assertThat(write.find()).isTrue();
    assertThat(ResourceIdentifier.of(write.group(1)).value()).isEqualTo(write.group(1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          https://mcp.example.com/mcp | https://mcp.example.com/mcp | true
          https://mcp.example.com/mcp | HTTPS://mcp.example.com/mcp | true
          https://mcp.example.com/mcp | https://MCP.Example.COM/mcp | true
          https://mcp.example.com/mcp | https://mcp.example.com/MCP | false
          https://mcp.example.com/mcp | https://mcp.example.com/mcp/ | false
          https://mcp.example.com/mcp | https://mcp.example.com/mcp-evil | false
          https://mcp.example.com/mcp | https://mcp.example.com/mcp/evil | false
          https://mcp.example.com/mcp | https://mcp.example.com/mcp?x | false
          https://mcp.example.com/mcp | https://mcp.example.com/mcp# | false
          https://mcp.example.com/mcp | https://mcp.example.com/mc | false
          https://mcp.example.com/mcp | https://mcp.example.com | false
          https://mcp.example.com/mcp | https://mcp.example.com/ | false
          https://mcp.example.com/mcp | https://mcp.example.com:443/mcp | false
          https://mcp.example.com/mcp | https://mcp.example.com:8443/mcp | false
          https://mcp.example.com/mcp | http://mcp.example.com/mcp | false
          https://mcp.example.com/mcp | https://evil.example/mcp | false
          https://mcp.example.com/mcp | https://mcp.example.com.evil.example/mcp | false
          https://mcp.example.com/mcp | https://mcp.example.com@evil.example/mcp | false
          https://mcp.example.com/mcp | https://user@mcp.example.com/mcp | false
          https://mcp.example.com/mcp | https://mcp.example.com./mcp | false
          https://mcp.example.com/mcp | https://mcp.example.com/./mcp | false
          https://mcp.example.com/mcp | https://mcp.example.com//mcp | false
          https://mcp.example.com/mcp | https://mcp.example.com/x/../mcp | false
          https://mcp.example.com/mcp | https://mcp.example.com/%6Dcp | false
          https://mcp.example.com/mcp | mcp.example.com/mcp | false
          https://mcp.example.com/mcp | /mcp | false
          https://mcp.example.com/mcp | '' | false
          https://mcp.example.com/mcp | ' https://mcp.example.com/mcp' | false
          https://mcp.example.com/mcp | 'https://mcp.example.com/mcp ' | false
          https://mcp.example.com/mcp | * | false
          https://kiosk.example.com/mcp | https://\u212Aiosk.example.com/mcp | false
          https://kiosk.example.com/mcp | http\u017F://kiosk.example.com/mcp | false
          https://kiosk.example.com/mcp | https://k\u0130osk.example.com/mcp | false
          https://kiosk.example.com/mcp | https://k\u0131osk.example.com/mcp | false
          https://kiosk.example.com/mcp | https://\uFF4Biosk.example.com/mcp | false
          https://mcp.example.com | https://mcp.example.com | true
          https://mcp.example.com | https://mcp.example.com/ | true
          https://mcp.example.com | HTTPS://MCP.EXAMPLE.COM/ | true
          https://mcp.example.com | https://mcp.example.com// | false
          https://mcp.example.com | https://mcp.example.com/mcp | false
          https://mcp.example.com | https://mcp.example.com/? | false
          https://mcp.example.com | https://mcp.example.com.evil.example | false
          https://mcp.example.com | https://mcp.example.com: | false
          https://mcp.example.com/mcp/ | https://mcp.example.com/mcp | false
          https://mcp.example.com:8443 | https://mcp.example.com:8443/ | true
          https://mcp.example.com:8443 | https://mcp.example.com:84430 | false
          https://mcp.example.com:8443 | https://mcp.example.com | false
          http://localhost:8080/mcp | http://LOCALHOST:8080/mcp | true
          http://localhost:8080/mcp | http://127.0.0.1:8080/mcp | false
          """)
  void audience_namesTheResourceOrNot(String resource, String audience, boolean matches) {
    assertThat(ResourceIdentifier.of(resource).matches(audience)).isEqualTo(matches);
  }

  @Test
  void caseInsensitiveDisguises_areWhatTheTableSays() {
    // The rows above are only hard if Java's own comparison is fooled by them.
    assertThat("\u212A".equalsIgnoreCase("k") && "\u017F".equalsIgnoreCase("s")).isTrue();
  }
}
