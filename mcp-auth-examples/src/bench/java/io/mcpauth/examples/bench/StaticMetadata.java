package io.mcpauth.examples.bench;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.ee11.servlet.ServletHolder;

/** The metadata document as bytes that never change, in the size that the library's has. */
final class StaticMetadata extends ServletHolder {
  StaticMetadata(String issuer) {
    super(new Document(issuer));
  }

  private static final class Document extends HttpServlet {
    private static final long serialVersionUID = 1;

    private final byte[] bytes;

    Document(String issuer) {
      bytes =
          """
          {"resource":"%s","authorization_servers":["%s"],"scopes_supported":["%s","files:write"],\
          "bearer_methods_supported":["header"]}\
          """
              .formatted(BenchIssuer.RESOURCE, issuer, BenchIssuer.SCOPE)
              .getBytes(StandardCharsets.UTF_8);
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      response.setContentType("application/json");
      response.setContentLength(bytes.length);
      response.getOutputStream().write(bytes);
    }
  }
}
