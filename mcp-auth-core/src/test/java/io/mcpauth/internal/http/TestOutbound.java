package io.mcpauth.internal.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.apache.hc.core5.ssl.SSLContexts;

/** Outbound clients whose names resolve as a test of another package wants. */
public final class TestOutbound {
  private final AtomicInteger lookups = new AtomicInteger();
  private final OutboundHttp http;

  private TestOutbound(IntFunction<String[]> answers) {
    this.http =
        new OutboundHttp(
            new OutboundHttp.Limits(Duration.ofSeconds(60), 5 * 1024, 4),
            host -> addresses(host, answers.apply(lookups.incrementAndGet())),
            SSLContexts.createDefault());
  }

  /** Every name has these addresses, in hexadecimal. */
  public static TestOutbound resolvingTo(String... addresses) {
    return new TestOutbound(lookup -> addresses);
  }

  /** Every name has the addresses of the first, second... lookup, in hexadecimal. */
  public static TestOutbound changing(IntFunction<String[]> answers) {
    return new TestOutbound(answers);
  }

  /** The client. */
  public OutboundHttp http() {
    return http;
  }

  /** How often a name was looked up. */
  public int lookups() {
    return lookups.get();
  }

  private static InetAddress[] addresses(String host, String... hex) throws UnknownHostException {
    InetAddress[] resolved = new InetAddress[hex.length];
    for (int i = 0; i < hex.length; i++) {
      byte[] bytes = HexFormat.of().parseHex(hex[i]);
      // Only this factory leaves an IPv4-mapped address as it is.
      resolved[i] =
          bytes.length == 16
              ? Inet6Address.getByAddress(host, bytes, -1)
              : InetAddress.getByAddress(host, bytes);
    }
    return resolved;
  }
}
