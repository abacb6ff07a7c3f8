package io.mcpauth;

/**
 * Sees every decision, on the thread of the request: it must be quick and do no I/O that can stall.
 * What it throws is logged and changes nothing.
 */
@FunctionalInterface
public interface AuthEvents {
  /** A decision was taken. */
  void decided(AuthEvent event);
}
