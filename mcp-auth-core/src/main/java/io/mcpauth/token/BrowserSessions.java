package io.mcpauth.token;

import io.mcpauth.policy.Scheme;
import java.util.Set;

/**
 * Accepts the sessions of browsers that are logged in to the application around the MCP server: in
 * the servlet module {@code McpAuthInstaller.browserSessions} says how they are found. Not accepted
 * by default.
 *
 * <pre>{@code
 * builder.accept(BrowserSessions.ofTheAdapter()); // and McpAuthInstaller.browserSessions(...)
 * }</pre>
 *
 * <p>A browser sends a cookie along with every request, whichever page makes it send one. So a
 * session counts only in a request without any other credential, with an allowed {@code Origin} and
 * a JSON body, none of which a foreign page can have a browser send; the application is asked for
 * no other. And it gets at those tools, prompts, resources and methods alone whose rule names
 * {@link Scheme#SESSION}, and at what the protocol lets every caller do, as far as the base scopes
 * of the policy let it. Answers do not let pages of other origins send cookies ({@code
 * Access-Control-Allow-Credentials} is never there), so sessions are for pages on the origin of the
 * endpoint.
 *
 * <p>The issuer of such callers is the resource with {@code #local} behind it, the audience the
 * resource itself, and the subject what the application says.
 *
 * <p>Does not check: that a session is still good, which is the application's part; and scripts
 * that others put into its own pages.
 */
public final class BrowserSessions extends CredentialScheme {
  private BrowserSessions() {}

  /** The sessions that the adapter finds, such as the filter of the servlet module. */
  public static BrowserSessions ofTheAdapter() {
    return new BrowserSessions();
  }

  @Override
  Set<Scheme> schemes() {
    return Set.of(Scheme.SESSION);
  }

  @Override
  boolean isLocal() {
    return true;
  }

  @Override
  void read(CredentialReader.Rules rules) {
    rules.sessions();
  }

  @Override
  Running start(Parts parts) {
    return Running.of(
        new SessionAuthentication(parts.local(), parts.resource().value(), parts.clock()));
  }
}
