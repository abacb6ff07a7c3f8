package io.mcpauth.internal.http;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Turns a host name, or an address literal without brackets, into addresses. */
@FunctionalInterface
interface AddressLookup {
  InetAddress[] lookUp(String host) throws UnknownHostException;
}
