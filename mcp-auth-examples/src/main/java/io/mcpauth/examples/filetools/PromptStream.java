package io.mcpauth.examples.filetools;

import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;

/**
 * A response that sends its head as soon as an event stream is opened on it.
 *
 * <p>The transport of SDK 2.1.0 sends nothing before the first event, so that the client of a quiet
 * stream cannot tell an open one from a server that hangs.
 */
final class PromptStream extends HttpServletResponseWrapper {

  PromptStream(HttpServletResponse response) {
    super(response);
  }

  @Override
  public PrintWriter getWriter() throws IOException {
    PrintWriter writer = super.getWriter();
    String type = getContentType();
    // Here the request's own thread still is the only one that knows the response.
    if (type != null && type.startsWith("text/event-stream")) {
      flushBuffer();
    }
    return writer;
  }
}
