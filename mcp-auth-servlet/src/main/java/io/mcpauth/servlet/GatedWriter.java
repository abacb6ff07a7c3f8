package io.mcpauth.servlet;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.CharBuffer;
import java.util.function.Supplier;

/** The container's writer behind a gate; buffers nothing. */
final class GatedWriter extends PrintWriter {
  private final PrintWriter container;
  private final WriteGate gate;

  GatedWriter(PrintWriter container, WriteGate gate, AnswerBeginning beginning) {
    super(new Gated(container, gate, beginning));
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
    private interface Write {
      void run() throws IOException;
    }

    private final PrintWriter container;
    private final WriteGate gate;
    private final AnswerBeginning beginning;

    Gated(PrintWriter container, WriteGate gate, AnswerBeginning beginning) {
      this.container = container;
      this.gate = gate;
      this.beginning = beginning;
    }

    private void write(Supplier<CharSequence> text, Runnable write) throws IOException {
      write(
          () -> {
            if (beginning.isWatched()) {
              beginning.show(text.get());
            }
            write.run();
          });
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
    public void write(int character) throws IOException {
      write(() -> String.valueOf((char) character), () -> container.write(character));
    }

    @Override
    public void write(char[] characters, int offset, int length) throws IOException {
      write(
          () -> CharBuffer.wrap(characters, offset, length),
          () -> container.write(characters, offset, length));
    }

    @Override
    public void write(String text, int offset, int length) throws IOException {
      write(
          () -> CharBuffer.wrap(text, offset, offset + length),
          () -> container.write(text, offset, length));
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
