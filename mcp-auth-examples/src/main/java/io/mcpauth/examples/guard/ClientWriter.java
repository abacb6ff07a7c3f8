package io.mcpauth.examples.guard;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Writes an answer to its client without blocking: what follows a write is done when the write is
 * through, by the same thread or, where the client is slow, by one that the container lends.
 *
 * <p>The listener is set before there is anything to write, and the call to the target is made when
 * the container calls it for the first time, at the end of the dispatch and on its thread. A
 * listener that is set when the first bytes are there costs each answer one more thread.
 */
final class ClientWriter implements WriteListener {
  private interface Step {
    void run() throws IOException;
  }

  private final ServletOutputStream output;
  private final Consumer<Throwable> failed;
  private final AtomicReference<Step> next;

  /**
   * A writer of an asynchronous answer.
   *
   * @param first what is done when the answer can begin
   * @param failed told when a write, or a step after one, has failed
   */
  ClientWriter(ServletOutputStream output, Runnable first, Consumer<Throwable> failed) {
    this.output = output;
    this.next = new AtomicReference<>(first::run);
    this.failed = failed;
  }

  /** Begins. */
  void start() {
    output.setWriteListener(this);
  }

  /** Sends what is there, the head at least. */
  void flush() {
    whenReady(output::flush);
  }

  /**
   * Writes a piece.
   *
   * @param whole whether the answer is complete with it: then the container sends it by itself
   * @param then what is done when it is on its way
   */
  void write(byte[] bytes, boolean whole, Runnable then) {
    whenReady(
        () -> {
          output.write(bytes);
          if (whole) {
            whenReady(then::run);
          } else {
            whenReady(() -> flush(then));
          }
        });
  }

  private void flush(Runnable then) throws IOException {
    output.flush();
    whenReady(then::run);
  }

  /** The last thing that a step does, so that there is one at a time. */
  private void whenReady(Step step) {
    next.set(step);
    onWritePossible();
  }

  /** Takes what waits; where the output is not ready, the container calls again when it is. */
  @Override
  public void onWritePossible() {
    try {
      if (next.get() != null && output.isReady()) {
        Step step = next.getAndSet(null);
        if (step != null) {
          step.run();
        }
      }
    } catch (IOException | RuntimeException e) {
      failed.accept(e);
    }
  }

  @Override
  public void onError(Throwable failure) {
    failed.accept(failure);
  }
}
