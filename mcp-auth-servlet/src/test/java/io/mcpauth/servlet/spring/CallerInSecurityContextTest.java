package io.mcpauth.servlet.spring;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpauth.servlet.McpAuthFilter;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.McpPrincipal;
import jakarta.servlet.ServletException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.Transient;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;

/** The security context during a call of the MCP server, and after it. */
class CallerInSecurityContextTest {
  private static final CallerInSecurityContext FILTER = new CallerInSecurityContext();

  private static McpPrincipal caller() {
    try (TestIssuer issuer = TestIssuer.start()) {
      return issuer.token(RunningApplication.RESOURCE).scopes("files:read").principal();
    }
  }

  private static MockHttpServletRequest request(McpPrincipal caller) {
    MockHttpServletRequest request = new MockHttpServletRequest();
    request.setAttribute(McpAuthFilter.PRINCIPAL_ATTRIBUTE, caller);
    return request;
  }

  @Test
  void caller_isThereDuringTheCallAndGoneAfterIt() throws Exception {
    McpPrincipal caller = caller();
    AtomicReference<Authentication> seen = new AtomicReference<>();
    FILTER.doFilter(
        request(caller),
        new MockHttpServletResponse(),
        (request, response) ->
            seen.set(requireNonNull(SecurityContextHolder.getContext().getAuthentication())));
    Authentication during = requireNonNull(seen.get());
    assertThat(during.getPrincipal()).isSameAs(caller);
    assertThat(during.getName()).isEqualTo(caller.getName());
    assertThat(during.isAuthenticated()).isTrue();
    assertThat(during.getCredentials()).isNull();
    assertThat(during.getAuthorities()).hasToString("[SCOPE_files:read]");
    assertThatIllegalArgumentException().isThrownBy(() -> during.setAuthenticated(false));
    assertThat(SecurityContextHolder.getContext().getAuthentication()).isNull();
  }

  @Test
  void whatWasThereBefore_isThereAgain() {
    Authentication before = new TestingAuthenticationToken("admin", "none");
    SecurityContextHolder.setContext(new SecurityContextImpl(before));
    try {
      assertThatThrownBy(
              () ->
                  FILTER.doFilter(
                      request(caller()),
                      new MockHttpServletResponse(),
                      (request, response) -> {
                        throw new ServletException("of the tool");
                      }))
          .hasMessage("of the tool");
      assertThat(SecurityContextHolder.getContext().getAuthentication()).isSameAs(before);
    } finally {
      SecurityContextHolder.clearContext();
    }
  }

  @Test
  void requestWithoutCaller_isLeftAlone() throws Exception {
    AtomicReference<Boolean> nobody = new AtomicReference<>(false);
    FILTER.doFilter(
        new MockHttpServletRequest(),
        new MockHttpServletResponse(),
        (request, response) ->
            nobody.set(SecurityContextHolder.getContext().getAuthentication() == null));
    assertThat(nobody.get()).isTrue();
  }

  /** Its cookie came along; the policy opened the tool to everybody, and not to its user. */
  @Test
  void userOfACookie_isNobodyInACallWithoutACaller() throws Exception {
    Authentication user = new TestingAuthenticationToken("admin", "none");
    MockHttpServletRequest open = new MockHttpServletRequest();
    open.setAttribute(McpAuthFilter.COMPARED_HEADERS_ATTRIBUTE, Set.of());
    assertThat(during(user, open)).isInstanceOf(AnonymousAuthenticationToken.class);
    assertThat(during(user, new MockHttpServletRequest())).isSameAs(user); // an open path
    Authentication nobody =
        new AnonymousAuthenticationToken("key", "guest", AuthorityUtils.createAuthorityList("G"));
    assertThat(during(nobody, open)).isSameAs(nobody);
  }

  private static Authentication during(Authentication before, MockHttpServletRequest request)
      throws Exception {
    AtomicReference<Authentication> seen = new AtomicReference<>();
    SecurityContextHolder.setContext(new SecurityContextImpl(before));
    try {
      FILTER.doFilter(
          request,
          new MockHttpServletResponse(),
          (passed, response) ->
              seen.set(requireNonNull(SecurityContextHolder.getContext().getAuthentication())));
      assertThat(SecurityContextHolder.getContext().getAuthentication()).isSameAs(before);
    } finally {
      SecurityContextHolder.clearContext();
    }
    return requireNonNull(seen.get());
  }

  /** As HttpSessionSecurityContextRepository asks before it saves what is in the context. */
  @Test
  void caller_isNotForSessions() {
    assertThat(AnnotationUtils.getAnnotation(CallerAuthentication.class, Transient.class))
        .isNotNull();
  }
}
