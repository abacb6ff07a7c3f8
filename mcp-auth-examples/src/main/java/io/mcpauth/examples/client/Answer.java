package io.mcpauth.examples.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpHeaders;
import java.util.Locale;

/** An HTTP answer whose body is still to be read. */
record Answer(int status, HttpHeaders headers, InputStream body) implements AutoCloseable {
  /** The media type without its parameters, in lower case; empty where there is none. */
  String type() {
    String type = headers.firstValue("Content-Type").orElse("");
    return type.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT);
  }

  /** Headers and body may hold credentials. */
  @Override
  public String toString() {
    return "Answer[status=" + status + "]";
  }

  @Override
  public void close() {
    try {
      body.close();
    } catch (IOException e) {
      // What was wanted of it has been read.
    }
  }
}
