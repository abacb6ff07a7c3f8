package io.mcpauth.metadata;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** An issuer that a test changes and breaks, and fetches that run when the test says so. */
final class FakeSource {
  private final AtomicInteger fetches = new AtomicInteger();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private volatile String document = "1";
  private volatile @Nullable RuntimeException failure;
  private volatile boolean atOnce = true;

  AuthorizationServerMirror.Source source() {
    return new AuthorizationServerMirror.Source(this::fetch, this::execute, () -> closed.set(true));
  }

  void publish(String text) {
    document = text;
    failure = null;
  }

  void fail(String problem) {
    fail(new AuthException(ReasonCode.DISCOVERY_FAILED, Map.of("place", problem)));
  }

  void fail(RuntimeException problem) {
    failure = problem;
  }

  /** From now on a fetch begins only with {@link #runOne}. */
  void hold() {
    atOnce = false;
  }

  synchronized int held() {
    return waiting.size();
  }

  void runOne() {
    Runnable next;
    synchronized (this) {
      next = Objects.requireNonNull(waiting.poll());
    }
    next.run();
  }

  int fetches() {
    return fetches.get();
  }

  boolean closed() {
    return closed.get();
  }

  private byte[] fetch() {
    fetches.incrementAndGet();
    RuntimeException problem = failure;
    if (problem != null) {
      throw problem;
    }
    return document.getBytes(StandardCharsets.UTF_8);
  }

  private void execute(Runnable work) {
    if (atOnce) {
      work.run();
    } else {
      synchronized (this) {
        waiting.add(work);
      }
    }
  }
}
