package io.mcpauth.internal.http;

import static io.mcpauth.internal.http.AddressPolicy.OPERATOR_CONFIGURED;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Changes system properties, so it runs alone. */
@Isolated
class OutboundProxyTest {
  @Test
  void proxySystemProperties_areIgnored() throws Exception {
    try (RawServer proxy = RawServer.answering("HTTP/1.1 502 Bad Gateway\r\n\r\n");
        RawServer server = RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        OutboundHttp http = Clients.patient()) {
      String port = "" + proxy.port();
      Properties before = (Properties) System.getProperties().clone();
      for (String scheme : List.of("http.p", "socksP")) {
        System.setProperty(scheme + "roxyHost", "127.0.0.1");
        System.setProperty(scheme + "roxyPort", port);
      }
      // The default spares loopback, which would let this test pass by itself.
      System.setProperty("http.nonProxyHosts", "");
      System.setProperty("socksNonProxyHosts", "");
      try {
        assertThat(http.get(server.url("/"), OPERATOR_CONFIGURED, Map.of()).status())
            .isEqualTo(200);
        assertThat(proxy.connections()).isZero();
      } finally {
        System.setProperties(before);
      }
    }
  }
}
