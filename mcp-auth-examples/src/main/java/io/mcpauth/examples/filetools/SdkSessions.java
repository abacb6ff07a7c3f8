package io.mcpauth.examples.filetools;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import org.jspecify.annotations.Nullable;

/**
 * Has the MCP SDK open and end sessions, in the one way that it offers: the requests of a client.
 */
final class SdkSessions {
  /** Of a client that is not known any more; nothing that the tools do depends on what it said. */
  private static final String INITIALIZE =
      """
      {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25",\
      "capabilities":{},"clientInfo":{"name":"unknown","version":"0"}}}\
      """;

  private final HttpServlet transport;

  SdkSessions(HttpServlet transport) {
    this.transport = transport;
  }

  /**
   * Opens a session.
   *
   * @param request one of its caller, whose other headers stand for those of the initialize
   * @return the id, or null where the SDK opens none any more
   */
  @Nullable String open(HttpServletRequest request, HttpServletResponse response)
      throws IOException, ServletException {
    Unheard answer = new Unheard(response);
    transport.service(new Asked(request, "POST", null, INITIALIZE), answer);
    return answer.session;
  }

  /**
   * Ends a session.
   *
   * @param id of the session
   * @param request of somebody else, whose other headers stand for those of the client
   */
  void end(String id, HttpServletRequest request, HttpServletResponse response)
      throws IOException, ServletException {
    transport.service(new Asked(request, "DELETE", id, ""), new Unheard(response));
  }

  /** A request of nobody's. */
  private static final class Asked extends HttpServletRequestWrapper {
    private final String method;
    private final @Nullable String session;
    private final String body;

    Asked(HttpServletRequest request, String method, @Nullable String session, String body) {
      super(request);
      this.method = method;
      this.session = session;
      this.body = body;
    }

    @Override
    public String getMethod() {
      return method;
    }

    @Override
    public @Nullable String getHeader(String name) {
      if (name.equalsIgnoreCase(McpEndpoint.SESSION)) {
        return session;
      }
      return name.equalsIgnoreCase("Accept")
          ? "application/json, text/event-stream"
          : super.getHeader(name);
    }

    @Override
    public String getContentType() {
      return "application/json";
    }

    @Override
    public String getCharacterEncoding() {
      return UTF_8.name();
    }

    @Override
    public int getContentLength() {
      return body.length(); // ASCII
    }

    @Override
    public long getContentLengthLong() {
      return body.length();
    }

    @Override
    public ServletInputStream getInputStream() {
      return new Body(new ByteArrayInputStream(body.getBytes(UTF_8)));
    }
  }

  private static final class Body extends ServletInputStream {
    private final ByteArrayInputStream bytes;

    Body(ByteArrayInputStream bytes) {
      this.bytes = bytes;
    }

    @Override
    public int read() {
      return bytes.read();
    }

    @Override
    public int read(byte[] into, int from, int length) {
      return bytes.read(into, from, length);
    }

    @Override
    public boolean isFinished() {
      return bytes.available() == 0;
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setReadListener(ReadListener listener) {
      throw new IllegalStateException("the SDK reads it at once");
    }
  }

  /** Takes what the SDK answers, and keeps it from the client of the request. */
  private static final class Unheard extends HttpServletResponseWrapper {
    private final PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    private @Nullable String session;

    Unheard(HttpServletResponse response) {
      super(response);
    }

    @Override
    public PrintWriter getWriter() {
      return nowhere;
    }

    @Override
    public void setStatus(int status) {}

    @Override
    public void sendError(int status) {}

    @Override
    public void sendError(int status, String message) {}

    @Override
    public void setContentType(String type) {}

    @Override
    public void setCharacterEncoding(String encoding) {}

    @Override
    public void setHeader(String name, String value) {
      if (name.equalsIgnoreCase(McpEndpoint.SESSION)) {
        session = value;
      }
    }
  }
}
