package io.mcpauth.servlet;

import static io.mcpauth.servlet.McpAuthFilter.RESOURCE_SERVER_ATTRIBUTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpauth.ResourceServer;
import io.mcpauth.error.AuthException;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.http.HttpServlet;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What code in a servlet context finds of the resource server that guards it. */
class ContextServersTest {
  private static final String RESOURCE = "https://mcp.example.com/mcp";
  private static final String FILES = "https://mcp.example.com/files";

  private final AtomicReference<@Nullable ServletContext> context = new AtomicReference<>();

  /** As a servlet of the application would, at its start. */
  private final class Looks extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private transient @Nullable Object found;

    @Override
    public void init() {
      found = getServletContext().getAttribute(RESOURCE_SERVER_ATTRIBUTE);
      context.set(getServletContext());
    }
  }

  private static List<String> attributes(@Nullable ServletContext of) {
    assertThat(of).isNotNull();
    return Collections.list(of.getAttributeNames()).stream()
        .filter(name -> name.startsWith("io.mcpauth"))
        .sorted()
        .toList();
  }

  private static void filter(ServletContextHandler context, String issuer) {
    FilterHolder filter = new FilterHolder(McpAuthFilter.class);
    filter.setInitParameter("MCP_AUTH_RESOURCE", RESOURCE);
    filter.setInitParameter("MCP_AUTH_ISSUER", issuer);
    filter.setInitParameter("MCP_AUTH_REQUIRED_SCOPES", "mcp");
    ContextJetty.filter(context, filter, "/*");
  }

  private static ResourceServer server(String resource) {
    return ResourceServer.builder(
            resource,
            AuthorizationServer.of("https://login.example.com"),
            ToolPolicy.builder().tool("read", "files:read").build())
        .build();
  }

  @Test
  void serverOfWebXml_isFoundByAServletAndCutsOffWhoCallsIt() throws Exception {
    Looks servlet = new Looks();
    try (TestIssuer issuer = TestIssuer.start();
        ContextJetty jetty =
            new ContextJetty(
                "/",
                handler -> {
                  filter(handler, issuer.issuer());
                  ServletHolder holder = new ServletHolder("looks", servlet);
                  holder.setInitOrder(1);
                  handler.addServlet(holder, "/looks");
                  ContextJetty.servlet(handler, "mcp", "/mcp");
                })) {
      ResourceServer found = (ResourceServer) servlet.found;
      assertThat(found).isNotNull();
      assertThat(found.resource()).hasToString(RESOURCE);
      String call = "Authorization: Bearer " + issuer.token(RESOURCE).scopes("mcp").mint();
      assertThat(jetty.send("GET", "/mcp", call)).startsWith("HTTP/1.1 200");
      found.access().close();
      assertThat(jetty.send("GET", "/mcp", call)).startsWith("HTTP/1.1 503");
    }
  }

  @Test
  void endOfTheContext_takesItAwayBeforeListenersLook() throws Exception {
    Looks servlet = new Looks();
    AtomicReference<@Nullable List<String>> atTheEnd = new AtomicReference<>();
    ContextJetty jetty =
        new ContextJetty(
            "/",
            handler -> {
              filter(handler, "https://login.example.com");
              ServletHolder holder = new ServletHolder("looks", servlet);
              holder.setInitOrder(1);
              handler.addServlet(holder, "/mcp");
              handler.addEventListener(
                  new ServletContextListener() {
                    @Override
                    public void contextDestroyed(ServletContextEvent event) {
                      atTheEnd.set(attributes(event.getServletContext()));
                    }
                  });
            });
    assertThat(attributes(context.get()))
        .containsExactly(RESOURCE_SERVER_ATTRIBUTE, RESOURCE_SERVER_ATTRIBUTE + ":" + RESOURCE);
    jetty.close();
    assertThat(atTheEnd.get()).isEmpty();
  }

  @Test
  void installedServer_isThereForListenersAndGoneWithTheContext() throws Exception {
    ResourceServer server = server(RESOURCE);
    AtomicReference<@Nullable Object> atTheStart = new AtomicReference<>();
    ContextJetty jetty =
        new ContextJetty(
            "/",
            handler -> {
              ContextJetty.servlet(handler, "mcp", "/mcp");
              handler.addServletContainerInitializer(
                  (classes, servlet) -> McpAuthInstaller.of(server).install(servlet));
              handler.addEventListener(
                  new ServletContextListener() {
                    @Override
                    public void contextInitialized(ServletContextEvent event) {
                      context.set(event.getServletContext());
                      atTheStart.set(
                          event.getServletContext().getAttribute(RESOURCE_SERVER_ATTRIBUTE));
                    }
                  });
            });
    assertThat(atTheStart.get()).isSameAs(server);
    jetty.close();
    assertThat(attributes(context.get())).isEmpty();
  }

  @Test
  void severalServers_haveTheirResourcesForNamesAndNoneTheShortOne() throws Exception {
    ResourceServer one = server(RESOURCE);
    ResourceServer other = server(FILES);
    Looks servlet = new Looks();
    try (ContextJetty jetty =
        new ContextJetty(
            "/",
            handler -> {
              ServletHolder holder = new ServletHolder("mcp", servlet);
              holder.setInitOrder(1);
              handler.addServlet(holder, "/mcp");
              ContextJetty.servlet(handler, "files", "/files");
              handler.addServletContainerInitializer(
                  (classes, found) ->
                      McpAuthInstaller.of(one)
                          .guardServlets("mcp")
                          .and(McpAuthInstaller.of(other).guardServlets("files"))
                          .install(found));
            })) {
      assertThat(jetty.send("GET", "/mcp")).startsWith("HTTP/1.1 401");
      assertThat(servlet.found).isNull();
      ServletContext started = context.get();
      assertThat(started).isNotNull();
      assertThat(started.getAttribute(RESOURCE_SERVER_ATTRIBUTE + ":" + RESOURCE)).isSameAs(one);
      assertThat(started.getAttribute(RESOURCE_SERVER_ATTRIBUTE + ":" + FILES)).isSameAs(other);
    }
    assertThat(attributes(context.get())).isEmpty();
  }

  /** Nobody gets hold of a server that was closed at once. */
  @Test
  void startThatFails_leavesNone() {
    ResourceServer server = server(RESOURCE);
    assertThatThrownBy(
            () ->
                new ContextJetty(
                        "/",
                        handler -> {
                          ContextJetty.servlet(handler, "mcp", "/mcp");
                          handler.addServletContainerInitializer(
                              (classes, found) -> {
                                context.set(found);
                                McpAuthInstaller.of(server).guardServlets("mpc").install(found);
                              });
                        })
                    .close())
        .hasMessageContaining("guardServlets names 'mpc'");
    assertThat(attributes(context.get())).isEmpty();
    assertThatThrownBy(() -> server.authorizationServerMirror().document())
        .isInstanceOf(AuthException.class);
  }
}
