package io.mcpauth.servlet.spring;

import java.util.Iterator;
import java.util.stream.Stream;

/** The events of a stream as they come. */
final class SseStream implements AutoCloseable {
  private static final String DATA = "data:";

  private final Stream<String> lines;
  private final Iterator<String> unread;

  SseStream(Stream<String> lines) {
    this.lines = lines;
    this.unread = lines.iterator();
  }

  /** The data of the next event. */
  String next() {
    while (true) {
      String line = unread.next();
      if (line.startsWith(DATA)) {
        return line.substring(DATA.length()).strip();
      }
    }
  }

  @Override
  public void close() {
    lines.close();
  }
}
