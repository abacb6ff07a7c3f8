package io.mcpauth.examples.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** The least that is shaped like an MCP server: reads a call and answers 200 bytes. */
final class McpStub extends HttpServlet {
  private static final long serialVersionUID = 1;
  private static final byte[] ANSWER =
      """
      {"jsonrpc":"2.0","id":17,"result":{"content":[{"type":"text","text":"%s"}]}}\
      """
          .formatted("w".repeat(124))
          .getBytes(UTF_8);

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    request.getInputStream().readAllBytes();
    response.setContentType("application/json");
    response.setContentLength(ANSWER.length);
    response.getOutputStream().write(ANSWER);
  }

  /** An event stream with one event, which stays open until its client goes. */
  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setContentType("text/event-stream");
    AsyncContext open = request.startAsync();
    open.setTimeout(0);
    response.getOutputStream().write("data: {}\n\n".getBytes(UTF_8));
    response.flushBuffer();
  }
}
