package io.mcpauth.servlet.spring;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mcpauth.policy.ListAnswers;
import io.mcpauth.policy.ListEvents;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A response whose lists are reduced on their way: events as they are written, JSON when it is
 * whole. What cannot be judged is an error of JSON-RPC and never passes.
 */
final class ReducingResponse extends HttpServletResponseWrapper {
  private static final byte[] INSTEAD =
      ("{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32603,"
              + "\"message\":\"The answer could not be judged\"}}")
          .getBytes(UTF_8);

  private final ListAnswers lists;
  private @Nullable Output output;
  private @Nullable PrintWriter writer;

  ReducingResponse(HttpServletResponse response, ListAnswers lists) {
    super(response);
    this.lists = lists;
  }

  @Override
  public ServletOutputStream getOutputStream() throws IOException {
    if (output == null) {
      output = new Output(super.getOutputStream());
    }
    return output;
  }

  @Override
  public PrintWriter getWriter() throws IOException {
    if (writer == null) {
      writer = new PrintWriter(new OutputStreamWriter(getOutputStream(), UTF_8), false);
    }
    return writer;
  }

  /** Nobody knows yet how long it will be. */
  @Override
  public void setContentLength(int length) {
    if (!mayHaveLists()) {
      super.setContentLength(length);
    }
  }

  @Override
  public void setContentLengthLong(long length) {
    if (!mayHaveLists()) {
      super.setContentLengthLong(length);
    }
  }

  @Override
  public void setHeader(String name, String value) {
    if (!name.equalsIgnoreCase("Content-Length") || !mayHaveLists()) {
      super.setHeader(name, value);
    }
  }

  @Override
  public void addHeader(String name, String value) {
    if (!name.equalsIgnoreCase("Content-Length") || !mayHaveLists()) {
      super.addHeader(name, value);
    }
  }

  /** What is kept is written later; headers that went now would say that nothing comes. */
  @Override
  public void flushBuffer() throws IOException {
    if (output != null && output.keepsAll()) {
      return;
    }
    if (writer != null) {
      writer.flush();
    }
    super.flushBuffer();
  }

  /** Writes what is left, at the end of an answer that is not asynchronous. */
  void end() throws IOException {
    if (writer != null) {
      writer.flush();
    }
    if (output != null) {
      output.end();
    }
  }

  private boolean mayHaveLists() {
    return isEvents() || isJson() || getStatus() < 300;
  }

  private boolean isEvents() {
    return type().contains("event-stream");
  }

  private boolean isJson() {
    return type().contains("json");
  }

  private String type() {
    String type = getContentType();
    return type == null ? "" : type.toLowerCase(Locale.ROOT);
  }

  /** Decides with the first byte what the answer is. */
  private final class Output extends ServletOutputStream {
    private final ServletOutputStream container;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private @Nullable ListEvents events;
    private boolean begun;
    private boolean passes;
    private boolean tooLarge;

    Output(ServletOutputStream container) {
      this.container = container;
    }

    boolean keepsAll() {
      return !passes && events == null;
    }

    private void begin() {
      if (!begun) {
        begun = true;
        events = isEvents() ? lists.events(INSTEAD) : null;
        passes = !mayHaveLists();
      }
    }

    @Override
    public void write(int octet) throws IOException {
      write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      begin();
      if (passes) {
        container.write(bytes, offset, length);
      } else if (events == null) {
        keep(bytes, offset, length);
      } else {
        byte[] next = Arrays.copyOfRange(bytes, offset, offset + length);
        container.write(events.next(next));
        if (events.isBroken()) {
          throw new IOException("A message of the stream could not be judged");
        }
      }
    }

    private void keep(byte[] bytes, int offset, int length) {
      tooLarge |= kept.size() + length > ListAnswers.MOST_BYTES;
      if (!tooLarge) {
        kept.write(bytes, offset, length);
      }
    }

    @Override
    public void flush() throws IOException {
      begin();
      if (!keepsAll()) {
        container.flush();
      }
    }

    void end() throws IOException {
      begin();
      if (events != null) {
        container.write(events.end());
      } else if (!passes) {
        byte[] whole = kept.toByteArray();
        byte[] shown = tooLarge ? null : whole.length == 0 ? whole : lists.reduced(whole);
        container.write(shown == null ? INSTEAD : shown);
      }
      container.flush();
    }

    @Override
    public boolean isReady() {
      return container.isReady();
    }

    @Override
    public void setWriteListener(WriteListener listener) {
      throw new IllegalStateException("Lists are reduced where they are written, not awaited");
    }
  }
}
