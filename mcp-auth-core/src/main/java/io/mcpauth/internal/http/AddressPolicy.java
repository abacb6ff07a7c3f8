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

  /**
   * The policy for a URL that a document names, by the address that the document came from: what is
   * public may not lead inside. By the address and not by the name, because a name that was public
   * once may lead inside now.
   */
  public static AddressPolicy ofWhatIsNamedAt(InetAddress address) {
    return PUBLIC_ONLY.admits(address) ? PUBLIC_ONLY : OPERATOR_CONFIGURED;
  }

  /** Whether a request may be sent to an address. */
  public abstract boolean admits(InetAddress address);
}
