package io.mcpauth.session;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What URLs of message endpoints look like, so that one whose session is over or was never there is
 * told from a request that has nothing to do with HTTP+SSE.
 *
 * <p>Learned from what servers announce, and declared where that comes too late. Read generously:
 * whatever some server may take for such a URL counts as one.
 */
final class MessagePaths {
  private static final Pattern CONFIGURED = Pattern.compile("(/[A-Za-z0-9_~.-]+)+(/\\*)?|(/\\*)");

  /** What SDKs call it, without what differs: sessionId, session_id, sessionid. */
  private static final String SESSION = "sessionid";

  /** A server that has more names for an id than this is not foreseen. */
  private static final int MOST_NAMES = 64;

  /** All below one is meant. */
  private final PathKinds below = new PathKinds();

  private final PathKinds exact = new PathKinds();
  private final Set<String> names = ConcurrentHashMap.newKeySet();
  private volatile boolean expected;
  private volatile boolean announced;
  private volatile boolean tooMany;

  MessagePaths(List<String> declared) {
    for (String path : declared) {
      if (path.endsWith("/*")) {
        learn(below, folded(path.substring(0, path.length() - 1)));
      } else {
        learn(exact, folded(path));
      }
    }
    expected = !declared.isEmpty();
  }

  static String checked(String path) {
    if (!CONFIGURED.matcher(path).matches() || path.equals("/*") || path.contains("/.")) {
      throw new IllegalArgumentException(
          "Message path '"
              + path
              + "' is no path of a message endpoint. Write one such as '/message', or"
              + " '/messages/*' for all below.");
    }
    return path;
  }

  /** HTTP+SSE is spoken here, or may be. */
  void expect() {
    expected = true;
  }

  boolean isExpected() {
    return expected;
  }

  /** Takes note of what a server announced. */
  void announced(MessageEndpoint endpoint) {
    expected = true;
    announced = true;
    String query = endpoint.query();
    if (query == null) { // so the last segment is the id
      List<String> folded = folded(endpoint.path());
      int parent = Math.max(0, folded.size() - 1);
      learn(parent == 0 ? exact : below, parent == 0 ? folded : folded.subList(0, parent));
    } else if (!hasName(query, Set.of())) {
      for (String name : names(query)) {
        tooMany |= names.size() >= MOST_NAMES && !names.contains(name);
        if (!tooMany) {
          names.add(name);
        }
      }
    }
  }

  /**
   * Whether a query names a session of this transport.
   *
   * @param always whether one is to be expected though none was announced
   */
  boolean namesSession(@Nullable String query, boolean always) {
    return (expected || always) && query != null && (tooMany || hasName(query, names));
  }

  /** Whether a query names a session as SDKs do, and one was announced. */
  boolean namesSessionPlainly(@Nullable String query) {
    return announced && query != null && hasName(query, Set.of());
  }

  /** Whether what is posted there is for a message endpoint. */
  boolean has(String path) {
    if (!expected) {
      return false;
    }
    List<String> folded = folded(path);
    return tooMany || exact.isEnd(folded) || below.isBelow(folded);
  }

  private void learn(PathKinds kinds, List<String> segments) {
    if (!kinds.learn(List.copyOf(segments))) {
      tooMany = true;
    }
  }

  private static boolean hasName(String query, Set<String> further) {
    return names(query).stream()
        .anyMatch(name -> name.startsWith(SESSION) || further.contains(name));
  }

  /** In lower case, and of letters and digits alone: {@code session_id[]} is one too. */
  private static List<String> names(String query) {
    return List.of(query.split("[&;]", -1)).stream()
        .map(pair -> pair.contains("=") ? pair.substring(0, pair.indexOf('=')) : pair)
        .map(name -> decoded(name).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", ""))
        .filter(name -> !name.isEmpty())
        .toList();
  }

  /** Decoded, in segments without parameters. */
  private static List<String> folded(String path) {
    Deque<String> segments = new ArrayDeque<>();
    for (String segment : decoded(path).replace('\\', '/').split("/", -1)) {
      String name = segment.contains(";") ? segment.substring(0, segment.indexOf(';')) : segment;
      if (name.equals("..")) {
        segments.pollLast();
      } else if (!name.isEmpty() && !name.equals(".")) {
        segments.addLast(name);
      }
    }
    return List.copyOf(segments);
  }

  /** RFC 3986 section 2.1; what is no escape stays. */
  private static String decoded(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    StringBuilder decoded = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      int high = text.charAt(i) == '%' && i + 2 < text.length() ? hex(text.charAt(i + 1)) : -1;
      int low = high < 0 ? -1 : hex(text.charAt(i + 2));
      if (low < 0) {
        decoded.append(text.charAt(i));
      } else {
        decoded.append((char) (high * 16 + low));
        i += 2;
      }
    }
    return decoded.toString();
  }

  private static int hex(char character) {
    return character < 0x80 ? Character.digit(character, 16) : -1;
  }
}
