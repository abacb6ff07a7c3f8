package io.mcpauth.examples.streams;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What came in an answer, as far as it matters: a stream at full speed is more than fits. */
final class Body {
  private static final Pattern SUBJECT = Pattern.compile("user-\\d+z");
  private static final Pattern EVENT =
      Pattern.compile("(id: [^\\n]*\\n)?(event: message\\n)?data: [^\\n]*user-\\d+z-x+[^\\n]*");
  private static final int KEPT = 2000;

  private final StringBuilder rest = new StringBuilder();
  private final Set<String> subjects = new TreeSet<>();
  private final List<String> broken = new ArrayList<>();
  private String last = "";
  private long events;

  /** What comes after the last blank line is no event (WHATWG HTML section 9.2.6). */
  void add(byte[] bytes) {
    rest.append(new String(bytes, ISO_8859_1));
    int from = 0;
    for (int end = rest.indexOf("\n\n"); end >= 0; end = rest.indexOf("\n\n", from)) {
      event(rest.substring(from, end));
      from = end + 2;
    }
    rest.delete(0, from);
  }

  private void event(String event) {
    events++;
    last = event;
    note(event);
    if (!EVENT.matcher(event).matches() && broken.size() < 3) {
      broken.add(event.substring(0, Math.min(event.length(), KEPT)));
    }
  }

  private void note(String text) {
    Matcher named = SUBJECT.matcher(text);
    while (named.find()) {
      subjects.add(named.group());
    }
  }

  /** Everybody who is named anywhere, in what is left after the last event too. */
  Set<String> subjects() {
    note(rest.toString());
    return subjects;
  }

  /** Events that are not as one of the two servers writes them. */
  List<String> broken() {
    return broken;
  }

  long events() {
    return events;
  }

  /** The last event and what came after it; all of an answer that is no stream. */
  String text() {
    return last + rest;
  }
}
