package io.mcpauth.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.PasswordAuthentication;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EgressProxyTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "proxy.example.com:3128",
        "https://proxy.example.com:3128",
        "socks5://proxy.example.com:1080",
        "http://proxy.example.com",
        "http://proxy.example.com:0",
        "http://proxy.example.com:70000",
        "http://me:s3cret@proxy.example.com:3128",
        "http://proxy.example.com:3128/path",
        "http://proxy.example.com:3128?x",
        "http://me:s3cret@pr oxy:3128",
        "me:s3cret@proxy.example.com:3128",
        "http:me:s3cret@proxy.example.com:3128",
        "http:/me:s3cret@proxy.example.com:3128",
        "http://me:s3/s3cret@proxy.example.com:3128",
        "http://me:s3cret/s3@proxy.example.com:3128",
        "http://me:s3cret?s3@proxy.example.com:3128",
        "http://me:s3cret%40proxy.example.com:3128",
        "https://me:s3cret@s3@proxy.example.com:3128",
        ""
      })
  void whatIsNoProxy_isRefusedWithoutItsPassword(String url) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EgressProxy.at(url))
        .withMessageStartingWith("The proxy ")
        .satisfies(e -> assertThat(e).message().doesNotContain("s3cret"));
  }

  @Test
  void credentials_areNeverShown() {
    EgressProxy proxy = EgressProxy.at("http://[::1]:3128/").withCredentials("me", "s3cret");

    assertThat(proxy.host()).isEqualTo("::1");
    assertThat(proxy).hasToString("EgressProxy[::1:3128]");
    for (String bad : new String[] {"a\r\nb", "a\u0000"}) {
      assertThatIllegalArgumentException().isThrownBy(() -> proxy.withCredentials("me", bad));
      assertThatIllegalArgumentException().isThrownBy(() -> proxy.withCredentials(bad, "x"));
    }
    assertThatIllegalArgumentException().isThrownBy(() -> proxy.withCredentials("a:b", "x"));
  }

  @ParameterizedTest
  @CsvSource({
    "example.com, example.com, 443, true",
    "example.com, a.example.com, 443, true",
    "example.com, badexample.com, 443, false",
    "example.com, example.com.evil.test, 443, false",
    ".example.com, a.example.com, 443, true",
    ".example.com, example.com, 443, false",
    "*.example.com, a.EXAMPLE.com, 443, true",
    "example.com:8443, example.com, 8443, true",
    "example.com:8443, example.com, 443, false",
    "10.0.0.0/8, 10.1.2.3, 443, true",
    "10.0.0.0/8, 11.1.2.3, 443, false",
    "10.0.0.0/8, 10.example.com, 443, false",
    "fd00::/8, fd12::1, 443, true",
    "fd00::/8, fe80::1, 443, false",
    "[fd00::1]:443, fd00::1, 443, true",
    "192.168.1.1, 192.168.1.1, 443, true",
    "*, anything.test, 443, true",
    "keycloak, keycloak, 443, true"
  })
  void hostsWithoutProxy_areThoseThatAreWritten(
      String entry, String host, int port, boolean direct) {
    EgressProxy proxy = EgressProxy.at("http://p.test:1").exceptFor("other.test", entry);

    assertThat(proxy.isFor(host, port)).isEqualTo(!direct);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a b",
        "10.0.0.0/33",
        "10.0.0/8",
        "http://x",
        "a.test:0",
        "a.test:65536",
        "x/8"
      })
  void hostsThatAreNone_areRefused(String entry) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EgressProxy.at("http://p.test:1").exceptFor(entry));
  }

  @Test
  void propertiesOfTheJdk_goFirst() {
    EgressProxy proxy =
        Objects.requireNonNull(
            of(
                Map.of(
                    "https.proxyHost", "p.test",
                    "https.proxyPort", "8080",
                    "https.proxyUser", "me",
                    "https.proxyPassword", "s3cret",
                    "http.nonProxyHosts", "localhost|*.inside.test|10.*"),
                Map.of("HTTPS_PROXY", "http://other.test:1")));

    assertThat(proxy).hasToString("EgressProxy[p.test:8080]");
    assertThat(user(proxy)).isEqualTo("me");
    assertThat(proxy.isFor("a.inside.test", 443)).isFalse();
    assertThat(proxy.isFor("inside.test", 443)).isTrue();
    assertThat(proxy.isFor("10.1.1.1", 443)).isFalse();
    assertThat(of(Map.of("https.proxyHost", "p.test"), Map.of()))
        .hasToString("EgressProxy[p.test:443]");
  }

  @Test
  void environment_hasCredentialsInItsUrlAndItsExceptions() {
    EgressProxy proxy =
        Objects.requireNonNull(
            of(
                Map.of(),
                Map.of(
                    "https_proxy", "http://m%40e:p%3A%2B+ss@p.test:3128/",
                    "no_proxy", "localhost, .inside.test,,https://odd/,*.svc 10.0.0.0/8")));

    assertThat(proxy).hasToString("EgressProxy[p.test:3128]");
    assertThat(user(proxy)).isEqualTo("m@e");
    assertThat(Objects.requireNonNull(proxy.credentials()).getPassword())
        .containsExactly('p', ':', '+', '+', 's', 's');
    assertThat(proxy.isFor("a.inside.test", 443)).isFalse();
    assertThat(proxy.isFor("keycloak.svc", 443)).isFalse();
    assertThat(proxy.isFor("10.9.9.9", 443)).isFalse();
    assertThat(proxy.isFor("example.com", 443)).isTrue();
  }

  @Test
  void environmentWithoutScheme_isAProxyToo() {
    assertThat(of(Map.of(), Map.of("HTTPS_PROXY", "p.test:3128")))
        .hasToString("EgressProxy[p.test:3128]");
    assertThat(of(Map.of(), Map.of("HTTPS_PROXY", "http://p.test")))
        .hasToString("EgressProxy[p.test:80]");
    assertThat(of(Map.of(), Map.of("HTTPS_PROXY", " "))).isNull();
    assertThat(of(Map.of(), Map.of("HTTP_PROXY", "http://p.test:1"))).isNull();
  }

  /** What is written there is for other programs too. */
  @Test
  void exceptionsOfTheEnvironmentWithAPortThatIsNone_arePassedOver() {
    EgressProxy proxy =
        Objects.requireNonNull(
            of(
                Map.of(),
                Map.of(
                    "HTTPS_PROXY", "http://p.test:1",
                    "NO_PROXY", "a.test:0,b.test:70000,[fd00::1]:99999,10.0.0.0/8:0,c.test:443")));

    for (String host : new String[] {"a.test", "b.test", "fd00::1", "10.1.2.3"}) {
      assertThat(proxy.isFor(host, 443)).as(host).isTrue();
    }
    assertThat(proxy.isFor("c.test", 443)).isFalse();
  }

  @Test
  void credentialsOfTheEnvironmentThatCannotBeSent_areToldWithItsNameAndNotShown() {
    for (String bad : new String[] {"m%3Ae:s3cret", "me:s3cret%0A"}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> of(Map.of(), Map.of("HTTPS_PROXY", "http://" + bad + "@p.test:3128")))
          .withMessageStartingWith("HTTPS_PROXY (environment): The credentials of the proxy have")
          .withMessageNotContaining("s3cret")
          .withNoCause();
    }
  }

  /** To go on without it would pass by a proxy that somebody meant. */
  @Test
  void proxyOfTheSystemThatCannotBeUsed_stopsTheStart() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of(Map.of(), Map.of("HTTPS_PROXY", "socks5://me:s3cret@p.test:1080")))
        .withMessageStartingWith("HTTPS_PROXY (environment): The proxy 'socks5://p.test:1080'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of(Map.of("https.proxyHost", "p.test", "https.proxyPort", "x"), Map.of()))
        .withMessageContaining("https.proxyPort is 'x'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "socks5://me:s3cret@p.test:1080",
        "http:/me:s3cret@p.test:3128",
        "me:s3cret@p.test:3128/s3cret@x",
        "me:s3cret/s3@p.test:3128",
        "me:1/s3cret@p.test:3128",
        "me:1?s3cret@p.test:3128",
        "http://me:1#s3cret@p.test:3128",
        "me:s3 cret s3cret@p.test:3128",
        "me:s3cret%zz@p.test:3128"
      })
  void unusableProxyOfTheEnvironment_isNotRepeatedWithItsPassword(String url) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of(Map.of(), Map.of("HTTPS_PROXY", url)))
        .withMessageStartingWith("HTTPS_PROXY (environment): The proxy ")
        .withMessageNotContaining("s3cret")
        .withNoCause();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of(Map.of("https.proxyHost", "me:s3cret@p.test"), Map.of()))
        .withMessageNotContaining("s3cret");
  }

  @Test
  void noProxyForAnything_isNoProxyWhateverItsAddress() {
    for (String none : new String[] {"*", " * ", "localhost, *"}) {
      assertThat(of(Map.of(), Map.of("HTTPS_PROXY", "socks5://p.test:1", "no_proxy", none)))
          .isNull();
    }
    assertThat(of(Map.of(), Map.of("HTTPS_PROXY", "http://p.test:1", "NO_PROXY", "*.test")))
        .hasToString("EgressProxy[p.test:1]");
  }

  private static String user(EgressProxy proxy) {
    PasswordAuthentication credentials = proxy.credentials();
    return Objects.requireNonNull(credentials).getUserName();
  }

  private static @Nullable EgressProxy of(
      Map<String, String> properties, Map<String, String> environment) {
    return SystemProxy.of(properties::get, environment);
  }
}
