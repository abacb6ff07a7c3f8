package io.mcpauth.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mcpauth.internal.http.PrivateAuthority;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutboundConnectionsTest {
  @TempDir Path directory;

  @Test
  void whatIsNotSet_isFiveSecondsAndHalfAMegabyte() {
    OutboundConnections plain = OutboundConnections.builder().withoutProxy().build();

    assertThat(plain.timeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(plain.maxBytes()).isEqualTo(524_288);
    assertThat(plain.proxy()).isNull();
    assertThat(plain.trustedCertificates()).isEmpty();
    assertThat(plain).hasToString("OutboundConnections[PT5S, 524288 bytes, null]");
  }

  @Test
  void limitsOutOfRange_areRefused() {
    for (long seconds : new long[] {0, -1, 61}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> OutboundConnections.builder().timeout(Duration.ofSeconds(seconds)))
          .withMessageContaining("Write one second to PT1M");
    }
    for (int bytes : new int[] {0, 1023, 16_777_217}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> OutboundConnections.builder().maxBytes(bytes))
          .withMessageContaining("Write 1024 to 16777216");
    }
  }

  @Test
  void trustStore_isPemOrPkcs12() throws Exception {
    PrivateAuthority authority = PrivateAuthority.in(directory, "dns:a.test");
    Path both = directory.resolve("both.pem");
    Files.writeString(both, Files.readString(authority.pem()) + authority.serverPem());

    assertThat(trusting(authority.pem(), null).trustedCertificates()).hasSize(1);
    assertThat(trusting(both, null).trustedCertificates()).hasSize(2);
    assertThat(trusting(authority.store(), authority.password()).trustedCertificates())
        .isEqualTo(trusting(authority.pem(), null).trustedCertificates());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> trusting(authority.store(), "wr0ng"))
        .withMessageContaining("cannot be read")
        .satisfies(e -> assertThat(e).message().doesNotContain("wr0ng"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> trusting(authority.keyStore(), authority.password()))
        .withMessageContaining("has no trusted certificate");
  }

  @Test
  void trustStoreThatIsNone_isRefused() throws Exception {
    Path text = Files.writeString(directory.resolve("x.txt"), "hello");
    Path broken =
        Files.writeString(
            directory.resolve("x.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END");
    for (Path file : new Path[] {text, broken, directory, directory.resolve("absent")}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> trusting(file, null))
          .withMessageStartingWith("Trust store '" + file + "' ")
          .withMessageContaining("Write the path of certificates in PEM");
    }
  }

  private static OutboundConnections trusting(Path file, @Nullable String password) {
    return OutboundConnections.builder().withoutProxy().trustStore(file, password).build();
  }
}
