package io.mcpauth.internal.http;

import java.util.Arrays;
import java.util.List;

/** The addresses that lead out to the public internet, by the IANA special-purpose registries. */
final class PublicAddresses {
  private static final List<Block> REFUSED_V4 =
      List.of(
          Block.v4(8, 0), // "this network", RFC 791 section 3.2
          Block.v4(8, 10), // private, RFC 1918
          Block.v4(10, 100, 64), // shared address space (CGNAT), RFC 6598
          Block.v4(8, 127), // loopback, RFC 1122 section 3.2.1.3
          Block.v4(16, 169, 254), // link-local, RFC 3927: where clouds serve instance credentials
          Block.v4(12, 172, 16), // private, RFC 1918
          Block.v4(24, 192, 0, 0), // protocol assignments, RFC 6890
          Block.v4(24, 192, 0, 2), // documentation, RFC 5737
          Block.v4(24, 192, 88, 99), // 6to4 relay anycast, withdrawn by RFC 7526
          Block.v4(16, 192, 168), // private, RFC 1918
          Block.v4(15, 198, 18), // benchmarking, RFC 2544
          Block.v4(24, 198, 51, 100), // documentation, RFC 5737
          Block.v4(24, 203, 0, 113), // documentation, RFC 5737
          // Azure answers here with machine configuration; public by number only.
          Block.v4(32, 168, 63, 129, 16),
          Block.v4(4, 224), // multicast, RFC 5771
          Block.v4(4, 240)); // reserved, RFC 1112 section 4, and broadcast, RFC 919

  /** All that is global unicast today (RFC 4291 section 2.4 and the IANA registry). */
  private static final Block GLOBAL_V6 = Block.v6(3, 0x2000);

  private static final List<Block> REFUSED_V6 =
      List.of(
          // Protocol assignments, RFC 2928: Teredo (RFC 4380), benchmarking, ORCHID.
          Block.v6(23, 0x2001),
          Block.v6(32, 0x2001, 0x0db8), // documentation, RFC 3849
          // 6to4, RFC 3056: a relay delivers to the IPv4 address inside. No service lives there.
          Block.v6(16, 0x2002),
          Block.v6(20, 0x3fff)); // documentation, RFC 9637

  /** IPv4-mapped, RFC 4291 section 2.5.5.2: the kernel connects to the IPv4 address inside. */
  private static final Block MAPPED_V4 = Block.v6(96, 0, 0, 0, 0, 0, 0xffff);

  /** NAT64, RFC 6052: on networks with IPv6 only, every IPv4 host has such an address. */
  private static final Block NAT64 = Block.v6(96, 0x64, 0xff9b);

  private PublicAddresses() {}

  /** Whether {@code address}, in network byte order, is a public unicast address. */
  static boolean contain(byte[] address) {
    if (address.length == 4) {
      return REFUSED_V4.stream().noneMatch(block -> block.contains(address));
    }
    if (MAPPED_V4.contains(address) || NAT64.contains(address)) {
      return contain(Arrays.copyOfRange(address, 12, 16));
    }
    return GLOBAL_V6.contains(address)
        && REFUSED_V6.stream().noneMatch(block -> block.contains(address));
  }

  private static final class Block {
    private final byte[] prefix;
    private final int bits;

    private Block(byte[] prefix, int bits) {
      this.prefix = prefix;
      this.bits = bits;
    }

    static Block v4(int bits, int... octets) {
      byte[] prefix = new byte[4];
      for (int i = 0; i < octets.length; i++) {
        prefix[i] = (byte) octets[i];
      }
      return new Block(prefix, bits);
    }

    static Block v6(int bits, int... groups) {
      byte[] prefix = new byte[16];
      for (int i = 0; i < groups.length; i++) {
        prefix[2 * i] = (byte) (groups[i] >> 8);
        prefix[2 * i + 1] = (byte) groups[i];
      }
      return new Block(prefix, bits);
    }

    boolean contains(byte[] address) {
      for (int bit = 0; bit < bits; bit += 8) {
        int mask = 0xff00 >> Math.min(8, bits - bit);
        if (((address[bit / 8] ^ prefix[bit / 8]) & mask & 0xff) != 0) {
          return false;
        }
      }
      return true;
    }
  }
}
