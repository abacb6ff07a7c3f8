package io.mcpauth.outbound;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The hosts that are asked for without the proxy. Names are compared, and never looked up. */
final class DirectHosts {
  private static final Pattern ENTRY =
      Pattern.compile("\\*|(\\*?\\.)?[a-z0-9_.-]+|\\[?[0-9a-f:.]+]?(/\\d{1,3})?");

  private static final Pattern WITH_PORT = Pattern.compile("(.+[^:]|]):(\\d{1,5})");
  private static final Pattern ADDRESS = Pattern.compile("\\d+(\\.\\d+){3}|[0-9a-f]*:[0-9a-f:.]*");

  /**
   * One of them.
   *
   * @param name to compare, {@code *} for anything at its beginning or end; or null for a block
   * @param block of addresses, or null
   * @param port that alone, or 0
   */
  private record Entry(@Nullable String name, @Nullable Block block, int port) {}

  private record Block(BigInteger address, int length, int bits) {
    boolean contains(byte[] other) {
      int shift = length * 8 - bits;
      return other.length == length
          && new BigInteger(1, other).shiftRight(shift).equals(address.shiftRight(shift));
    }
  }

  private final List<Entry> entries;

  private DirectHosts(List<Entry> entries) {
    this.entries = List.copyOf(entries);
  }

  static DirectHosts none() {
    return new DirectHosts(List.of());
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  static boolean isEntry(String text) {
    String name = portless(text.strip().toLowerCase(Locale.ROOT));
    return ENTRY.matcher(name).matches()
        && (!text.contains("/") || block(name) != null)
        && port(text.strip()) <= 65_535;
  }

  /** As {@code NO_PROXY} has them: a name stands for those below it, too. */
  static DirectHosts of(List<String> hosts) {
    List<Entry> entries = new ArrayList<>();
    for (String host : hosts) {
      if (!isEntry(host)) {
        throw new IllegalArgumentException(
            "'"
                + host
                + "' is no host to reach without the proxy. Write it such as"
                + " 'example.com', '.example.com', '10.0.0.0/8' or '*', and a port behind it from"
                + " 1 to 65535.");
      }
      String text = host.strip().toLowerCase(Locale.ROOT);
      add(entries, portless(text), port(text));
    }
    return new DirectHosts(entries);
  }

  private static void add(List<Entry> entries, String text, int port) {
    if (text.contains("/")) {
      entries.add(new Entry(null, block(text), port));
    } else if (text.equals("*") || ADDRESS.matcher(bare(text)).matches()) {
      entries.add(new Entry(bare(text), null, port));
    } else if (text.startsWith("*.") || text.startsWith(".")) {
      entries.add(new Entry("*" + text.substring(text.indexOf('.')), null, port));
    } else {
      entries.add(new Entry(text, null, port));
      entries.add(new Entry("*." + text, null, port));
    }
  }

  /** As {@code http.nonProxyHosts} has them: nothing but what is written, with {@code *}. */
  static DirectHosts ofPatterns(List<String> patterns) {
    List<Entry> entries = new ArrayList<>();
    for (String pattern : patterns) {
      if (!pattern.isBlank()) {
        entries.add(new Entry(bare(pattern.strip().toLowerCase(Locale.ROOT)), null, 0));
      }
    }
    return new DirectHosts(entries);
  }

  boolean contain(String host, int port) {
    String name = bare(host.toLowerCase(Locale.ROOT));
    byte[] address = ADDRESS.matcher(name).matches() ? address(name) : null;
    for (Entry entry : entries) {
      if ((entry.port() == 0 || entry.port() == port) && matches(entry, name, address)) {
        return true;
      }
    }
    return false;
  }

  private static boolean matches(Entry entry, String name, byte @Nullable [] address) {
    Block block = entry.block();
    if (block != null) {
      return address != null && block.contains(address);
    }
    String wanted = String.valueOf(entry.name());
    if (wanted.equals("*")) {
      return true;
    }
    if (wanted.startsWith("*")) {
      return name.endsWith(wanted.substring(1));
    }
    return wanted.endsWith("*")
        ? name.startsWith(wanted.substring(0, wanted.length() - 1))
        : name.equals(wanted);
  }

  static boolean printable(String text) {
    return text.chars().noneMatch(Character::isISOControl);
  }

  /** An IPv6 address has colons of its own: a port stands behind its bracket. */
  private static String portless(String text) {
    Matcher matcher = WITH_PORT.matcher(text);
    boolean colons = text.indexOf(':') != text.lastIndexOf(':') && !text.contains("]:");
    return !colons && matcher.matches() ? matcher.group(1) : text;
  }

  /** The one behind it, 0 where there is none; not a port where that is out of range. */
  private static int port(String text) {
    String name = portless(text);
    if (name.equals(text)) {
      return 0;
    }
    int port = Integer.parseInt(text.substring(name.length() + 1));
    return port == 0 ? Integer.MAX_VALUE : port;
  }

  private static String bare(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  private static @Nullable Block block(String text) {
    String[] parts = text.split("/", 2);
    String written = bare(parts[0]).toLowerCase(Locale.ROOT);
    byte[] address = ADDRESS.matcher(written).matches() ? address(written) : null;
    if (address == null || parts.length != 2 || !parts[1].matches("\\d{1,3}")) {
      return null;
    }
    int bits = Integer.parseInt(parts[1]);
    return bits > address.length * 8
        ? null
        : new Block(new BigInteger(1, address), address.length, bits);
  }

  /** Of a literal, so that nothing is looked up; null where it is none. */
  private static byte @Nullable [] address(String literal) {
    try {
      return InetAddress.getByName(literal).getAddress();
    } catch (UnknownHostException e) {
      return null;
    }
  }
}
