package io.mcpauth.internal.http;

import java.net.InetAddress;
import java.net.UnknownHostException;

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
   * Addresses that are not public, over plain http as well: the operator wrote this very URL, and
   * said in so many words that http will do for it inside the cluster.
   */
  PLAIN_HTTP_THAT_THE_OPERATOR_INSISTS_ON {
    @Override
    public boolean admits(InetAddress address) {
      return !PUBLIC_ONLY.admits(address);
    }
  },

  /**
   * Public unicast addresses only: what an authorization server names that the operator configured,
   * and that is public itself. It may be asked for through an egress proxy, as that server may.
   * Never for what a public MCP server names that is called, nor for what is named where that
   * leads.
   */
  NAMED_BY_A_PUBLIC_SERVER {
    @Override
    public boolean admits(InetAddress address) {
      return PUBLIC_ONLY.admits(address);
    }
  },

  /**
   * Public unicast addresses only: a stranger can steer the URL, so it must not reach the inside of
   * the network, and goes through an egress proxy only where the operator vouches for that.
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
   * Where a response came from that a proxy handed on: its server may be anywhere, and counts as
   * public. One of the addresses for documentation, at which nothing is (RFC 5737).
   */
  public static final InetAddress BEYOND_A_PROXY = documentation();

  /**
   * The policy for a URL that a document names, by the address that the document came from: what is
   * public may not lead inside. By the address and not by the name, because a name that was public
   * once may lead inside now.
   *
   * @param steered whether whoever runs a public MCP server had a say in where that is
   */
  public static AddressPolicy ofWhatIsNamedAt(InetAddress address, boolean steered) {
    if (isInside(address)) {
      return OPERATOR_CONFIGURED;
    }
    return steered ? PUBLIC_ONLY : NAMED_BY_A_PUBLIC_SERVER;
  }

  /** Whether what came from an address came from inside the network. */
  public static boolean isInside(InetAddress address) {
    return !address.equals(BEYOND_A_PROXY) && !PUBLIC_ONLY.admits(address);
  }

  private static InetAddress documentation() {
    try {
      return InetAddress.getByAddress("beyond-a-proxy", new byte[] {(byte) 192, 0, 2, 1});
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }

  /** Whether a request may be sent to an address. */
  public abstract boolean admits(InetAddress address);
}
