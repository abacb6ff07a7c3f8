package io.mcpauth.servlet.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;

import io.mcpauth.ResourceServer;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.testing.TestIssuer;
import java.security.Principal;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.request.MockHttpServletRequestBuilder;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** MockMvc with a resource server in front. */
class GuardedMockMvcTest {
  private static final String CALL =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"t\"}}";

  /** What stands for an MCP server. */
  @RestController
  static class Server {
    @PostMapping("/mcp")
    String call(Principal caller) {
      return caller.getName()
          + " "
          + SecurityContextHolder.getContext().getAuthentication().getAuthorities();
    }
  }

  private static MockHttpServletRequestBuilder call() {
    return post("/mcp").contentType(MediaType.APPLICATION_JSON).content(CALL);
  }

  @Test
  void requests_areGuardedAsInAContainer() throws Exception {
    try (TestIssuer issuer = TestIssuer.start();
        ResourceServer server =
            ResourceServer.builder(
                    RunningApplication.RESOURCE,
                    issuer.authorizationServer(),
                    ToolPolicy.builder().tool("t", "a").build())
                .build()) {
      MockMvc mvc =
          MockMvcBuilders.standaloneSetup(new Server()).apply(GuardedMockMvc.by(server)).build();
      MockHttpServletResponse stranger = mvc.perform(call()).andReturn().getResponse();
      assertThat(stranger.getStatus()).isEqualTo(401);
      assertThat(stranger.getHeader("WWW-Authenticate")).startsWith("Bearer");
      TestIssuer.Token token = issuer.token(RunningApplication.RESOURCE);
      assertThat(
              mvc.perform(call().with(GuardedMockMvc.bearer(token.scopes("b"))))
                  .andReturn()
                  .getResponse()
                  .getStatus())
          .isEqualTo(403);
      String good = issuer.token(RunningApplication.RESOURCE).scopes("a").mint();
      MockHttpServletResponse granted =
          mvc.perform(call().with(GuardedMockMvc.bearer(good))).andReturn().getResponse();
      assertThat(granted.getStatus()).isEqualTo(200);
      assertThat(granted.getContentAsString()).contains("alice", "SCOPE_a");
      assertThat(
              mvc.perform(get("/.well-known/oauth-protected-resource/mcp"))
                  .andReturn()
                  .getResponse()
                  .getContentAsString())
          .contains(issuer.issuer());
    }
  }

  @Test
  void resourceOnLoopback_isAskedUnderItsName() throws Exception {
    String resource = "http://localhost:8080/mcp";
    try (TestIssuer issuer = TestIssuer.start();
        ResourceServer server =
            ResourceServer.builder(
                    resource,
                    issuer.authorizationServer(),
                    ToolPolicy.builder().tool("t", "a").build())
                .build()) {
      MockMvc mvc =
          MockMvcBuilders.standaloneSetup(new Server()).apply(GuardedMockMvc.by(server)).build();
      String token = issuer.token(resource).scopes("a").mint();
      assertThat(status(mvc, call())).isEqualTo(401);
      assertThat(status(mvc, call().with(GuardedMockMvc.bearer(token)))).isEqualTo(200);
      assertThat(status(mvc, call().header("Host", "rebound.example"))).isEqualTo(421);
      assertThat(
              status(
                  mvc,
                  call()
                      .with(
                          request -> {
                            request.setServerName("rebound.example");
                            return request;
                          })))
          .isEqualTo(421);
    }
  }

  private static int status(MockMvc mvc, MockHttpServletRequestBuilder request) throws Exception {
    return mvc.perform(request).andReturn().getResponse().getStatus();
  }
}
