package io.mcpauth.internal.http;

import static io.mcpauth.internal.http.AddressPolicy.OPERATOR_CONFIGURED;
import static io.mcpauth.internal.http.AddressPolicy.PUBLIC_ONLY;
import static io.mcpauth.internal.http.OutboundException.Reason.ADDRESS_REFUSED;
import static io.mcpauth.internal.http.OutboundException.Reason.CONNECT;
import static io.mcpauth.internal.http.OutboundException.Reason.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressPinningTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final byte[] LOOPBACK = {127, 0, 0, 1};
  private static final byte[] DEAD_LOOPBACK = {127, 0, 0, 99};
  private static final byte[] PRIVATE = {10, 0, 0, 1};
  private static final byte[] PUBLIC = {8, 8, 8, 8};

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://127.0.0.1:PORT/",
        "https://[::ffff:127.0.0.1]:PORT/",
        "https://2130706433:PORT/",
        "https://localhost:PORT/",
        "http://127.0.0.1:PORT/",
        "http://localhost:PORT/",
        "https://[::1]:PORT/",
        "https://10.0.0.1:PORT/",
        "https://169.254.169.254:PORT/",
        "https://[fd00:ec2::254]:PORT/",
        "https://[64:ff9b::7f00:1]:PORT/",
        "https://0.0.0.0:PORT/",
        "https://[::]:PORT/"
      })
  void literalThatIsNotPublic_isRefusedUnderPublicOnly(String url) throws Exception {
    try (RawServer server = RawServer.answering(OK);
        OutboundHttp http = Clients.patient()) {
      URI uri = URI.create(url.replace("PORT", "" + server.port()));

      assertThat(Clients.reason(() -> http.get(uri, PUBLIC_ONLY, Map.of())))
          .isEqualTo(ADDRESS_REFUSED);
      assertThat(server.connections()).isZero();
    }
  }

  @Test
  void publicAmongPrivateAddresses_isRefusedInAnyOrder() throws Exception {
    URI uri = URI.create("https://mixed.example/");
    try (OutboundHttp first = resolvingTo(PUBLIC, PRIVATE);
        OutboundHttp last = resolvingTo(PRIVATE, PUBLIC)) {
      assertThat(Clients.reason(() -> first.get(uri, PUBLIC_ONLY, Map.of())))
          .isEqualTo(ADDRESS_REFUSED);
      assertThat(Clients.reason(() -> last.get(uri, PUBLIC_ONLY, Map.of())))
          .isEqualTo(ADDRESS_REFUSED);
    }
  }

  @Test
  void nameThatChangesItsMind_isLookedUpOnce() throws Exception {
    AtomicInteger lookups = new AtomicInteger();
    AddressLookup fickle =
        host ->
            new InetAddress[] {
              InetAddress.getByAddress(
                  host, lookups.incrementAndGet() == 1 ? LOOPBACK : DEAD_LOOPBACK)
            };
    try (RawServer server = RawServer.answering(OK);
        OutboundHttp http = Clients.with(limits(), fickle)) {
      OutboundResponse response = http.get(local(server), OPERATOR_CONFIGURED, Map.of());

      assertThat(response.remoteAddress().getAddress()).isEqualTo(LOOPBACK);
      assertThat(lookups).hasValue(1);
    }
  }

  @Test
  void connectionOfTheOperator_isNotReusedForAnOutsider() throws Exception {
    try (RawServer server = RawServer.answering(OK);
        OutboundHttp http = Clients.patient()) {
      assertThat(http.get(local(server), OPERATOR_CONFIGURED, Map.of()).status()).isEqualTo(200);
      assertThat(Clients.reason(() -> http.get(local(server), PUBLIC_ONLY, Map.of())))
          .isEqualTo(ADDRESS_REFUSED);
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @Test
  void plainHttpToANameThatIsNotLoopback_isRefused() throws Exception {
    try (OutboundHttp http = resolvingTo(PUBLIC)) {
      assertThat(
              Clients.reason(
                  () -> http.get(URI.create("http://localhost/"), OPERATOR_CONFIGURED, Map.of())))
          .isEqualTo(ADDRESS_REFUSED);
    }
  }

  @Test
  void deadFirstAddress_givesWayToTheNext() throws Exception {
    try (RawServer server = RawServer.answering(OK);
        OutboundHttp http = resolvingTo(DEAD_LOOPBACK, LOOPBACK)) {
      OutboundResponse response = http.get(local(server), OPERATOR_CONFIGURED, Map.of());

      assertThat(response.remoteAddress().getAddress()).isEqualTo(LOOPBACK);
    }
  }

  @Test
  void unknownHost_isRefused() {
    AddressLookup unknown =
        host -> {
          throw new UnknownHostException(host);
        };
    try (OutboundHttp http = Clients.with(limits(), unknown);
        OutboundHttp empty = Clients.with(limits(), host -> new InetAddress[0])) {
      URI uri = URI.create("https://nowhere.example/");

      assertThat(Clients.reason(() -> http.get(uri, PUBLIC_ONLY, Map.of()))).isEqualTo(CONNECT);
      assertThat(Clients.reason(() -> empty.get(uri, PUBLIC_ONLY, Map.of()))).isEqualTo(CONNECT);
    }
  }

  @Test
  void slowLookup_endsAtTheDeadline() {
    CountDownLatch release = new CountDownLatch(1);
    AddressLookup slow =
        host -> {
          Lookups.awaitUninterruptibly(release);
          throw new UnknownHostException(host);
        };
    try (OutboundHttp http = Clients.with(new OutboundHttp.Limits(Clients.HASTY, 1000, 4), slow)) {
      assertThat(
              Clients.reason(
                  () -> http.get(URI.create("https://slow.example/"), PUBLIC_ONLY, Map.of())))
          .isEqualTo(TIMEOUT);
      release.countDown();
    }
  }

  private static URI local(RawServer server) {
    return URI.create("http://localhost:" + server.port() + "/");
  }

  private static OutboundHttp resolvingTo(byte[]... addresses) {
    return Clients.with(
        limits(),
        host -> {
          InetAddress[] resolved = new InetAddress[addresses.length];
          for (int i = 0; i < resolved.length; i++) {
            resolved[i] = InetAddress.getByAddress(host, addresses[i]);
          }
          return resolved;
        });
  }

  private static OutboundHttp.Limits limits() {
    return new OutboundHttp.Limits(Clients.PATIENT, 1000, 4);
  }
}
