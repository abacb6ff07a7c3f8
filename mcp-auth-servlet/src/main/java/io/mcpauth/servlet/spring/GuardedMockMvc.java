package io.mcpauth.servlet.spring;

import io.mcpauth.ResourceServer;
import io.mcpauth.servlet.McpAuthFilter;
import io.mcpauth.testing.TestIssuer;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import org.springframework.http.HttpHeaders;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.test.web.servlet.request.RequestPostProcessor;
import org.springframework.test.web.servlet.setup.ConfigurableMockMvcBuilder;
import org.springframework.test.web.servlet.setup.MockMvcConfigurer;
import org.springframework.util.ClassUtils;
import org.springframework.web.util.WebUtils;

/**
 * Puts a resource server in front of MockMvc, which starts no servlet context, so that nothing is
 * guarded there by itself. For tests of applications alone. A request without {@code Host} gets the
 * name and port that MockMvc has for it: {@code localhost:80} unless its test says otherwise.
 *
 * <pre>{@code
 * MockMvc mvc =
 *     MockMvcBuilders.webAppContextSetup(context)
 *         .apply(GuardedMockMvc.by(context.getBean(ResourceServer.class)))
 *         .build();
 * mvc.perform(
 *     post("/mcp")
 *         .contentType(MediaType.APPLICATION_JSON)
 *         .content(call)
 *         .with(GuardedMockMvc.bearer(issuer.token(resource).scopes("notes:read"))));
 * }</pre>
 *
 * <p>Does not check: where the filter stands in a real context, and what that leaves open.
 */
public final class GuardedMockMvc implements MockMvcConfigurer {
  private static final String SECURITY =
      "org.springframework.security.core.context.SecurityContextHolder";

  private final ResourceServer server;

  private GuardedMockMvc(ResourceServer server) {
    this.server = server;
  }

  /** For {@code apply} of a builder of MockMvc; whoever made the server closes it. */
  public static GuardedMockMvc by(ResourceServer server) {
    return new GuardedMockMvc(server);
  }

  /** Sends a request with a token of an issuer for tests. */
  public static RequestPostProcessor bearer(TestIssuer.Token token) {
    return bearer(token.mint());
  }

  /** Sends a request with a token. */
  public static RequestPostProcessor bearer(String token) {
    return request -> {
      request.addHeader("Authorization", "Bearer " + token);
      return request;
    };
  }

  @Override
  public void afterConfigurerAdded(ConfigurableMockMvcBuilder<?> builder) {
    builder.addFilters(GuardedMockMvc::nameHost, new McpAuthFilter(server));
    if (ClassUtils.isPresent(SECURITY, GuardedMockMvc.class.getClassLoader())) {
      builder.addFilters(new CallerInSecurityContext());
    }
  }

  /**
   * Every client of HTTP/1.1 names the host, and MockMvc does not. A resource on loopback answers
   * to nobody who leaves it out.
   */
  private static void nameHost(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    MockHttpServletRequest mock = WebUtils.getNativeRequest(request, MockHttpServletRequest.class);
    if (mock != null && mock.getHeader(HttpHeaders.HOST) == null) {
      mock.addHeader(HttpHeaders.HOST, mock.getServerName() + ":" + mock.getServerPort());
    }
    chain.doFilter(request, response);
  }
}
