package io.mcpauth.internal.net;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The address of somebody who asks, and networks of such addresses. Reads literals alone: no name
 * is looked up.
 */
public final class SourceAddress {
  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
  private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

  /** One customer of a provider has at least so much, and changes within it at will. */
  private static final int IPV6_NETWORK_BITS = 64;

  /** The longest literal with brackets, zone and port. */
  private static final int MAX_CHARS = 100;

  private final InetAddress address;

  private SourceAddress(InetAddress address) {
    this.address = address;
  }

  /**
   * Reads an address as a container or a proxy writes it: with or without brackets, a zone and a
   * port.
   *
   * @return null for anything else, such as the path of a socket or {@code unknown}
   */
  public static @Nullable SourceAddress parse(@Nullable String text) {
    if (text == null || text.length() > MAX_CHARS) {
      return null;
    }
    String literal = text.strip();
    if (literal.startsWith("[")) {
      int end = literal.indexOf(']');
      literal = end < 0 ? "" : literal.substring(1, end);
    } else if (literal.indexOf('.') > 0 && literal.indexOf(':') == literal.lastIndexOf(':')) {
      literal = literal.replaceFirst(":\\d+$", "");
    }
    literal = literal.replaceFirst("%.*$", "");
    if (!IPV4.matcher(literal).matches() && !IPV6.matcher(literal).matches()) {
      return null;
    }
    try {
      // An IPv4 address that is mapped into IPv6 becomes what it is.
      return new SourceAddress(InetAddress.getByName(literal));
    } catch (UnknownHostException e) {
      return null;
    }
  }

  /** Whether it is of this machine. */
  public boolean isLoopback() {
    return address.isLoopbackAddress();
  }

  /** What limits are kept by: the IPv4 address, or the /64 network of an IPv6 address. */
  public String bucket() {
    if (!(address instanceof Inet6Address)) {
      return address.getHostAddress();
    }
    byte[] network = Arrays.copyOf(Arrays.copyOf(address.getAddress(), IPV6_NETWORK_BITS / 8), 16);
    try {
      return InetAddress.getByAddress(network).getHostAddress() + "/" + IPV6_NETWORK_BITS;
    } catch (UnknownHostException e) {
      throw new IllegalStateException("16 bytes are an address", e);
    }
  }

  @Override
  public String toString() {
    return address.getHostAddress();
  }

  /** A range of addresses. */
  public static final class Network {
    private final byte[] first;
    private final int bits;

    private Network(byte[] first, int bits) {
      this.first = first;
      this.bits = bits;
    }

    /**
     * One address, or a network in the notation of RFC 4632 section 3.1.
     *
     * @throws IllegalArgumentException if it is neither
     */
    public static Network of(String text) {
      String[] parts = text.split("/", 2);
      SourceAddress read = parts[0].matches(".*[\\[%\\s].*") ? null : parse(parts[0]);
      byte[] bytes = read == null ? new byte[0] : read.address.getAddress();
      int most = bytes.length * 8;
      int bits = parts.length == 1 ? most : number(parts[1]);
      if (read == null || bits < 1 || bits > most) {
        throw new IllegalArgumentException(
            "'"
                + text
                + "' is no address and no network. Write one such as 10.0.0.7, 10.0.0.0/8 or"
                + " fd00::/8.");
      }
      return new Network(bytes, bits);
    }

    private static int number(String text) {
      return text.matches("\\d{1,3}") ? Integer.parseInt(text) : -1;
    }

    /** Whether an address is in it. */
    public boolean contains(SourceAddress source) {
      byte[] other = source.address.getAddress();
      if (other.length != first.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        if (((first[bit / 8] ^ other[bit / 8]) >> (7 - bit % 8) & 1) != 0) {
          return false;
        }
      }
      return true;
    }
  }
}
