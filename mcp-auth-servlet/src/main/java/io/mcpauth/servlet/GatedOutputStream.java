package io.mcpauth.servlet;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;

/** The container's output stream behind a gate; buffers nothing. */
final class GatedOutputStream extends ServletOutputStream {
  private interface Write {
    void run() throws IOException;
  }

  private final ServletOutputStream container;
  private final WriteGate gate;
  private final AnswerBeginning beginning;

  GatedOutputStream(ServletOutputStream container, WriteGate gate, AnswerBeginning beginning) {
    this.container = container;
    this.gate = gate;
    this.beginning = beginning;
  }

  boolean isOver(ServletOutputStream other) {
    return container == other;
  }

  private void write(Write write) throws IOException {
    if (!gate.enter()) {
      throw new StreamEndedException();
    }
    try {
      write.run();
    } finally {
      gate.leave();
    }
  }

  @Override
  public void write(int octet) throws IOException {
    write(
        () -> {
          if (beginning.isWatched()) {
            beginning.show(new byte[] {(byte) octet}, 0, 1);
          }
          container.write(octet);
        });
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    write(
        () -> {
          if (beginning.isWatched()) {
            beginning.show(bytes, offset, length);
          }
          container.write(bytes, offset, length);
        });
  }

  /** Every other print ends here; the container knows the encoding. */
  @Override
  public void print(String text) throws IOException {
    write(
        () -> {
          if (beginning.isWatched()) {
            beginning.show(text == null ? "null" : text);
          }
          container.print(text);
        });
  }

  @Override
  public void flush() throws IOException {
    write(container::flush);
  }

  /** Closing what has ended is no mistake. */
  @Override
  public void close() throws IOException {
    if (!gate.isClosed()) {
      write(container::close);
    }
  }

  /** True once closed, so that the next write says why instead of waiting for ever. */
  @Override
  public boolean isReady() {
    if (!gate.enter()) {
      return true;
    }
    try {
      return container.isReady();
    } finally {
      gate.leave();
    }
  }

  @Override
  public void setWriteListener(WriteListener listener) {
    if (!gate.enter()) {
      listener.onError(new StreamEndedException());
      return;
    }
    try {
      container.setWriteListener(listener);
    } finally {
      gate.leave();
    }
  }
}
