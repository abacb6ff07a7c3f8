package io.mcpauth.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressPolicyTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "10.255.255.255",
        "100.64.0.1",
        "100.100.100.200",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.0.1",
        "192.168.255.255",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.9",
        "168.63.129.16",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255"
      })
  void notPublicV4_isRefused(String literal) throws UnknownHostException {
    assertVerdict(InetAddress.getByName(literal), false);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "8.8.8.8",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.0",
        "192.0.3.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "198.51.99.255",
        "203.0.114.0",
        "168.63.129.15",
        "223.255.255.255"
      })
  void publicV4_isAdmitted(String literal) throws UnknownHostException {
    assertVerdict(InetAddress.getByName(literal), true);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "::",
        "::1",
        "fe80::1",
        "febf::1",
        "fec0::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "ff0e::1",
        "100::1",
        "2001:db8::1",
        "3fff::1",
        "3fff:fff::1",
        "5f00::1",
        "2001:2::1",
        "2001:10::1",
        "2001:20::1",
        "2001:1ff:ffff::1",
        "4000::1",
        // 6to4 of 127.0.0.1, of 10.0.0.1 and of a public address
        "2002:7f00:1::1",
        "2002:a00:1::",
        "2002:808:808::1",
        // Teredo: server 10.0.0.1, and a public server with client 127.0.0.1 (inverted)
        "2001:0:a00:1::1",
        "2001:0:808:808::80ff:fffe",
        // NAT64 of 127.0.0.1, 10.0.0.1 and 169.254.169.254; the local-use prefix
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::808:808",
        // IPv4-compatible, private and public
        "::7f00:1",
        "::a00:1",
        "::808:808"
      })
  void notPublicV6_isRefused(String literal) throws UnknownHostException {
    assertVerdict(InetAddress.getByName(literal), false);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2001:200::1", "2001:4860:4860::8888", "2606:4700:4700::1111", "2a00:1450::1",
        "2003::1", "3ffe::1", "2001:db9::1", "64:ff9b::808:808"
      })
  void publicV6_isAdmitted(String literal) throws UnknownHostException {
    assertVerdict(InetAddress.getByName(literal), true);
  }

  @ParameterizedTest
  @ValueSource(strings = {"7f000001", "0a000001", "a9fea9fe", "00000000", "ffffffff"})
  void mappedNotPublicV4_isRefused(String v4) throws UnknownHostException {
    assertVerdict(mapped(v4), false);
  }

  @ParameterizedTest
  @ValueSource(strings = {"08080808", "01010101"})
  void mappedPublicV4_isAdmitted(String v4) throws UnknownHostException {
    assertVerdict(mapped(v4), true);
  }

  /**
   * Built from bytes: every other factory of the JDK turns a mapped address into IPv4 by itself.
   */
  private static InetAddress mapped(String v4) throws UnknownHostException {
    byte[] bytes = HexFormat.of().parseHex("00000000000000000000ffff" + v4);
    return Inet6Address.getByAddress("mapped.example", bytes, -1);
  }

  private static void assertVerdict(InetAddress address, boolean admitted) {
    assertThat(AddressPolicy.PUBLIC_ONLY.admits(address)).isEqualTo(admitted);
    assertThat(AddressPolicy.OPERATOR_CONFIGURED.admits(address)).isTrue();
  }
}
