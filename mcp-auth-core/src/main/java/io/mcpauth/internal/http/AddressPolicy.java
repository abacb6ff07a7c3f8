package io.mcpauth.internal.http;

import java.net.InetAddress;

/** Which addresses a request may be sent to, decided on what the host resolved to. */
public enum AddressPolicy {
  /** Any address: the operator wrote the URL into the configuration and may mean a private host. */
  OPERATOR_CONFIGURED {
    @Override
    public boolean admits(InetAddress address) {
      return true;
    }
  },

  /**
   * Public unicast addresses only: an outsider can steer the URL, so it must not reach the inside
   * of the network.
   *
   * <p>Does not check: a translation prefix (NAT64) of the operator's own choosing, which cannot be
   * told from an ordinary public prefix.
   */
  PUBLIC_ONLY {
    @Override
    public boolean admits(InetAddress address) {
      return PublicAddresses.contain(address.getAddress());
    }
  };

  /** Whether a request may be sent to an address. */
  public abstract boolean admits(InetAddress address);
}
