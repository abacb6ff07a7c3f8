package io.mcpauth.servlet;

import io.mcpauth.AccessDecision;
import io.mcpauth.error.AuthException;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows the beginning of an event stream to the grant before it passes, unchanged: a session of
 * HTTP+SSE has an owner before its client knows of it.
 */
final class AnswerBeginning {
  private static final Logger LOG = LoggerFactory.getLogger(McpAuthFilter.class);
  private static final String EVENT_STREAM = "text/event-stream";

  /**
   * Of what has no type, one less than {@code Granted.answers} looks at: what is longer and has no
   * event would count as a stream whose event comes later.
   */
  private static final int MOST_UNTYPED = 8 * 1024 - 1;

  private final AccessDecision.Granted granted;
  private final HttpServletResponse response;
  private final Runnable end;
  private volatile boolean looked;
  private int untyped;

  /**
   * The beginning of an answer.
   *
   * @param end ends the answer
   */
  AnswerBeginning(AccessDecision.Granted granted, HttpServletResponse response, Runnable end) {
    this.granted = granted;
    this.response = response;
    this.end = end;
  }

  /**
   * Takes note of bytes that are to pass, where it {@link #isWatched}.
   *
   * @throws StreamEndedException if they must not
   */
  void show(byte[] bytes, int from, int length) throws StreamEndedException {
    int part = part(length);
    show(() -> granted.answers(bytes, from, part));
  }

  /** As {@link #show(byte[], int, int)}, with text. */
  void show(CharSequence text) throws StreamEndedException {
    int part = part(text.length());
    show(() -> granted.answers(text.subSequence(0, part)));
  }

  private synchronized int part(int length) {
    if (response.getContentType() != null) {
      return length;
    }
    int part = Math.min(length, MOST_UNTYPED - untyped);
    untyped += part;
    return part;
  }

  private void show(Runnable part) throws StreamEndedException {
    try {
      part.run();
    } catch (AuthException e) {
      LOG.warn("a session of HTTP+SSE could not be bound: {} {}", e.reason(), e.facts());
      end.run();
      throw new StreamEndedException();
    }
  }

  /** Whether what is to pass has to be shown; hardly any answer, so it is asked first. */
  boolean isWatched() {
    if (!granted.watchesAnswer()) {
      return false;
    }
    String type = response.getContentType();
    if (type != null && !isEventStream(type)) {
      return false;
    }
    // A type that is not there yet can be set until the container sends the first bytes.
    if (!looked && type != null) {
      looked = true;
      String coding = response.getHeader("Content-Encoding");
      if (coding != null && !coding.isEmpty() && !coding.equalsIgnoreCase("identity")) {
        granted.answersUnreadably();
      }
    }
    return granted.watchesAnswer();
  }

  /** Some clients look at the beginning of the type only: what comes behind it excuses nothing. */
  private static boolean isEventStream(String type) {
    return type.strip().toLowerCase(Locale.ROOT).startsWith(EVENT_STREAM);
  }
}
