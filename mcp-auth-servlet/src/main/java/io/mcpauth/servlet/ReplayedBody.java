package io.mcpauth.servlet;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/** A body that was read before, read again; never blocks. */
final class ReplayedBody extends ServletInputStream {
  private final ByteArrayInputStream bytes;
  private boolean finished;

  ReplayedBody(byte[] body) {
    this.bytes = new ByteArrayInputStream(body);
  }

  @Override
  public int read() {
    int next = bytes.read();
    finished = next == -1;
    return next;
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    int count = bytes.read(target, offset, length);
    finished = count == -1;
    return count;
  }

  /** In one piece, as it is here. */
  @Override
  public byte[] readAllBytes() {
    finished = true;
    return bytes.readAllBytes();
  }

  @Override
  public int available() {
    return bytes.available();
  }

  @Override
  public boolean isFinished() {
    return finished || bytes.available() == 0;
  }

  @Override
  public boolean isReady() {
    return true;
  }

  /** Calls back at once: all data is here. */
  @Override
  public void setReadListener(ReadListener listener) {
    try {
      if (!isFinished()) {
        listener.onDataAvailable();
      }
      if (isFinished()) {
        listener.onAllDataRead();
      }
    } catch (IOException | RuntimeException e) {
      listener.onError(e);
    }
  }
}
