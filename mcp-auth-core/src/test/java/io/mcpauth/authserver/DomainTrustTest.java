package io.mcpauth.authserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DomainTrustTest {
  private static final DomainTrust SOME =
      DomainTrust.ofHosts("chatgpt.com").or(DomainTrust.ofSubdomains("example.com"));

  @ParameterizedTest
  @CsvSource({
    "chatgpt.com, true",
    "www.chatgpt.com, false",
    "chatgpt.com.evil.example, false",
    "notchatgpt.com, false",
    "app.example.com, true",
    "a.b.example.com, true",
    "example.com, false",
    "evilexample.com, false",
    "example.com.evil.example, false",
    "vscode.dev, false"
  })
  void listedHosts_areTrustedAndNoOthers(String host, boolean trusted) {
    assertThat(SOME.trusts(url(host))).isEqualTo(trusted);
  }

  @ParameterizedTest
  @CsvSource({"evil.example, false", "a.evil.example, false", "notevil.example, true"})
  void domainThatIsNeverTrusted_isRefusedWithItsSubdomains(String host, boolean trusted) {
    assertThat(DomainTrust.anyDomain().butNever("evil.example").trusts(url(host)))
        .isEqualTo(trusted);
  }

  @Test
  void refusal_winsOverTrustInEitherPart() {
    DomainTrust trust =
        DomainTrust.ofSubdomains("example.com")
            .butNever("old.example.com")
            .or(DomainTrust.ofHosts("old.example.com"));

    assertThat(trust.trusts(url("old.example.com"))).isFalse();
    assertThat(trust.trusts(url("new.example.com"))).isTrue();
  }

  @Test
  void port_changesNothing() {
    assertThat(SOME.trusts(ClientIdUrl.parse("https://chatgpt.com:8443/client"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*.example.com",
        "Example.com",
        "https://example.com",
        "example.com/",
        "com",
        "",
        " ",
        "example.com.",
        "10.0.0.1",
        ".example.com",
        "example.com:443"
      })
  void textThatIsNoHost_stopsTheStart(String host) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DomainTrust.ofHosts(host))
        .withMessageContaining("'" + host + "'")
        .withMessageContaining("ofSubdomains(\"example.com\")");
    assertThatIllegalArgumentException().isThrownBy(() -> DomainTrust.ofSubdomains(host));
    assertThatIllegalArgumentException().isThrownBy(() -> DomainTrust.anyDomain().butNever(host));
  }

  @Test
  void noHostAtAll_stopsTheStart() {
    assertThatIllegalArgumentException()
        .isThrownBy(DomainTrust::ofHosts)
        .withMessageContaining("anyDomain()");
  }

  private static ClientIdUrl url(String host) {
    return ClientIdUrl.parse("https://" + host + "/client.json");
  }
}
