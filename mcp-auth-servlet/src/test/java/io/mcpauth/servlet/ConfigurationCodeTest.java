package io.mcpauth.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.Servlet;
import jakarta.servlet.ServletContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles and runs the code of {@code docs/configuration.md} as it stands. */
class ConfigurationCodeTest {
  private static final Path PAGE = Path.of("..", "docs", "configuration.md");
  private static final Pattern CODE = Pattern.compile("```java\n(.*?)\n```", Pattern.DOTALL);

  @TempDir Path directory;

  @Test
  void servletOfThePage_holdsThePolicyToItsTools() throws Exception {
    Class<?> page = page();
    start(page, "{\"tools\":{\"read_file\":[\"r\"],\"write_file\":[\"w\"]}}").close();
    assertThatThrownBy(() -> start(page, "{\"tools\":{\"read_file\":[\"r\"]}}").close())
        .hasStackTraceContaining("write_file");
  }

  /** Settings of the environment, which has none here. */
  @Test
  void programOfThePage_saysWhatIsNotSet() throws Exception {
    Class<?> page = page();
    assertThatThrownBy(
            () -> page.getMethod("program", ServletContext.class).invoke(null, (Object) null))
        .hasStackTraceContaining("MCP_AUTH_RESOURCE");
  }

  private ContextJetty start(Class<?> page, String policy) throws Exception {
    Path file = Files.writeString(directory.resolve("policy.json"), policy);
    Servlet servlet = (Servlet) page.getConstructor().newInstance();
    return new ContextJetty(
        "/",
        context -> {
          FilterHolder filter = new FilterHolder(McpAuthFilter.class);
          filter.setInitParameter("MCP_AUTH_RESOURCE", "https://mcp.example.com/mcp");
          filter.setInitParameter("MCP_AUTH_ISSUER", "https://login.example.com");
          filter.setInitParameter("MCP_AUTH_POLICY_FILE", file.toString());
          ContextJetty.filter(context, filter, "/*");
          ServletHolder holder = new ServletHolder("mcp", servlet);
          holder.setInitOrder(1);
          context.addServlet(holder, "/mcp");
        });
  }

  private Class<?> page() throws Exception {
    List<String> blocks =
        CODE.matcher(Files.readString(PAGE)).results().map(block -> block.group(1)).toList();
    assertThat(blocks).hasSize(2);
    Path source = directory.resolve("Page.java");
    Files.writeString(
        source,
        """
        import io.mcpauth.*;
        import io.mcpauth.config.*;
        import io.mcpauth.servlet.*;
        import jakarta.servlet.ServletContext;
        import java.util.*;
        public class Page extends jakarta.servlet.http.HttpServlet {
          public static void program(ServletContext context) {
            %s
          }
          @Override
          public void init() {
            %s
          }
        }
        """
            .formatted(blocks.get(0), blocks.get(1)));
    return ShownCode.compiled(directory, source).loadClass("Page");
  }
}
