package io.mcpauth.containers;

import java.util.Set;

/**
 * What a container does otherwise than HTTP has it, and no filter can see. The suite wants each of
 * them to be so, to notice when it is not.
 *
 * @param methods that are taken for another one, as they are written
 * @param lengths {@code Content-Length} lines that are taken for no body; the at sign is the true
 *     number of bytes
 */
record Ways(Set<String> methods, Set<String> lengths) {
  static final Ways OF_HTTP = new Ways(Set.of(), Set.of());

  static final Ways OF_LIBERTY =
      new Ways(
          Set.of("get"),
          Set.of(
              "Content-Length: 0, @\r\n",
              "Content-Length: +0\r\n",
              "Content-Length: -1\r\n",
              "Content-Length: 0x0\r\n",
              "Content-Length: \r\n"));

  /** Whether a behaviour holds but for them. */
  boolean limit(Behaviour behaviour) {
    return switch (behaviour) {
      case METHODS -> !methods.isEmpty();
      case CONNECTIONS -> !lengths.isEmpty();
      default -> false;
    };
  }
}
