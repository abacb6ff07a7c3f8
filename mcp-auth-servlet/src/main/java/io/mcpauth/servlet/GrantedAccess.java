package io.mcpauth.servlet;

import io.mcpauth.AccessDecision;
import io.mcpauth.ResourceServer;
import io.mcpauth.policy.ListAnswers;
import io.mcpauth.policy.RpcCalls;
import io.mcpauth.token.McpPrincipal;
import jakarta.servlet.http.HttpServletRequest;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a granted request carries on, through every dispatch of it. */
final class GrantedAccess {
  /** The attributes that no container holds: the request behind the filter answers for them. */
  static final Set<String> ATTRIBUTES =
      Set.of(
          McpAuthFilter.SUBJECT_TOKEN_ATTRIBUTE,
          McpAuthFilter.COMPARED_HEADERS_ATTRIBUTE,
          McpAuthFilter.LIST_ANSWERS_ATTRIBUTE,
          McpAuthFilter.MESSAGE_ENDPOINT_ATTRIBUTE);

  private static final String SESSION_ID = "Mcp-Session-Id";
  private static final String REVISION = "MCP-Protocol-Version";

  private final OpenStream stream;
  private final byte[] body;
  private final @Nullable String query;
  private final Set<String> credentials;
  private final ResourceServer server;
  private final String method;
  private final @Nullable String revision;

  /** What the application has set or, as null, removed; mostly there is no such thing. */
  private volatile @Nullable Map<String, @Nullable Object> replaced;

  /**
   * What goes with a request.
   *
   * @param stream the answer to it
   * @param body the bytes that were judged; empty where none were, so that no others can be read
   * @param query the query string that was judged, raw; null where there is none
   * @param server what judged it
   * @param request what was judged
   */
  GrantedAccess(
      OpenStream stream,
      byte[] body,
      @Nullable String query,
      ResourceServer server,
      HttpServletRequest request) {
    this.stream = stream;
    this.body = body;
    this.query = query;
    this.credentials = server.credentialHeaders();
    this.server = server;
    this.method = request.getMethod();
    this.revision = request.getHeader(REVISION);
  }

  OpenStream stream() {
    return stream;
  }

  byte[] body() {
    return body;
  }

  @Nullable String query() {
    return query;
  }

  /** Whether nobody behind the filter may see a header. */
  boolean hides(String name) {
    // CGI and its heirs take an underscore for a hyphen.
    return credentials.contains(name.toLowerCase(Locale.ROOT).replace('_', '-'))
        || (SESSION_ID.equalsIgnoreCase(name) && stream.granted().withoutSessionId());
  }

  /** The proven caller, or null for an anonymous call that the policy allows. */
  @Nullable McpPrincipal principal() {
    return stream.granted().principal();
  }

  /**
   * What only few ask for, made when somebody does: the value of an attribute; null where there is
   * none.
   *
   * @param name one of {@link #ATTRIBUTES}
   */
  @Nullable Object attribute(String name) {
    Map<String, @Nullable Object> set = replaced;
    if (set != null && set.containsKey(name)) {
      return set.get(name);
    }
    AccessDecision.Granted granted = stream.granted();
    return switch (name) {
      case McpAuthFilter.SUBJECT_TOKEN_ATTRIBUTE -> granted.subjectToken();
      case McpAuthFilter.MESSAGE_ENDPOINT_ATTRIBUTE -> granted.messageEndpoint();
      case McpAuthFilter.LIST_ANSWERS_ATTRIBUTE -> lists(granted.principal());
      default -> granted.comparedHeaders();
    };
  }

  /** What was asked for on one stream may come again on another, so that any can have a list. */
  private @Nullable ListAnswers lists(@Nullable McpPrincipal caller) {
    if (method.equals("GET")) {
      return new ListAnswers(server::policy, caller, revision);
    }
    if (body.length == 0) {
      return null;
    }
    RpcCalls calls = RpcCalls.read(body);
    if (!ListAnswers.areAskedForBy(calls)) {
      return null;
    }
    String named = calls.messages().get(0).protocolVersion();
    return new ListAnswers(server::policy, caller, named == null ? revision : named);
  }

  /** Has an attribute answered with another value, or with none, from now on. */
  synchronized void replace(String name, @Nullable Object value) {
    Map<String, @Nullable Object> set = replaced;
    Map<String, @Nullable Object> next = set == null ? new HashMap<>() : new HashMap<>(set);
    next.put(name, value);
    replaced = next;
  }

  @Override
  public String toString() {
    return "GrantedAccess[" + principal() + "]";
  }
}
