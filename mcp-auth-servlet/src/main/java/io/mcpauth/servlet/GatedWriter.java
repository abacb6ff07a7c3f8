package io.mcpauth.servlet;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;

/** The container's writer behind a gate; buffers nothing. */
final class GatedWriter extends PrintWriter {
  private final PrintWriter container;
  private final WriteGate gate;

  GatedWriter(PrintWriter container, WriteGate gate) {
    super(new Gated(container, gate));
    this.container = container;
    this.gate = gate;
  }

  boolean isOver(PrintWriter other) {
    return container == other;
  }

  /** True once closed; before, the container's own answer. */
  @Override
  public boolean checkError() {
    if (!gate.enter()) {
      return true;
    }
    try {
      return container.checkError();
    } finally {
      gate.leave();
    }
  }

  /** What {@link PrintWriter} writes to: its exceptions become the error that one checks for. */
  private static final class Gated extends Writer {
    private final PrintWriter container;
    private final WriteGate gate;

    Gated(PrintWriter container, WriteGate gate) {
      this.container = container;
      this.gate = gate;
    }

    private void write(Runnable write) throws IOException {
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
    public void write(int character) throws IOException {
      write(() -> container.write(character));
    }

    @Override
    public void write(char[] characters, int offset, int length) throws IOException {
      write(() -> container.write(characters, offset, length));
    }

    @Override
    public void write(String text, int offset, int length) throws IOException {
      write(() -> container.write(text, offset, length));
    }

    @Override
    public void flush() throws IOException {
      write(container::flush);
    }

    @Override
    public void close() throws IOException {
      if (!gate.isClosed()) {
        write(container::close);
      }
    }
  }
}
