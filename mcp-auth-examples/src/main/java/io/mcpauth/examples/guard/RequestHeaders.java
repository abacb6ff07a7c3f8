package io.mcpauth.examples.guard;

import io.mcpauth.servlet.McpAuthFilter;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;

/**
 * Which headers of a caller reach the target: those on a list, and no others.
 *
 * <p>A list of what to drop would be as good as its author's knowledge of every proxy and framework
 * that trusts a header: {@code X-Remote-User}, {@code Cf-Access-Jwt-Assertion}, {@code
 * X-MS-CLIENT-PRINCIPAL}, {@code Mcp-Sub}, and the one that comes next year. And WSGI, CGI and PHP
 * take {@code X_Remote_User} for {@code X-Remote-User}. MCP needs few headers; whoever needs
 * another one names it in GUARD_PASS_HEADERS.
 *
 * <p>What repeats the body passes where the filter compared it with the body, or the target could
 * be told of another call than the one that was judged.
 */
final class RequestHeaders {
  /** Without Host, which is the target's, and Accept-Encoding, which would end streaming. */
  static final List<String> STANDARD =
      List.of(
          "Accept",
          "Accept-Language",
          "Content-Type",
          "User-Agent",
          "Last-Event-ID",
          "MCP-Protocol-Version",
          "Mcp-Session-Id",
          "traceparent",
          "tracestate",
          "baggage",
          "X-Request-Id");

  private static final String METHOD = "mcp-method";
  private static final Set<String> REPEATED = Set.of(METHOD, "mcp-name");

  /** Arguments of a tool, called as its author likes; see {@link HeaderNames} for underscores. */
  private static final Pattern ARGUMENT = Pattern.compile("mcp-param-[a-z0-9-]+");

  /** Credentials, what belongs to one connection, and what others are known to trust. */
  private static final Pattern NEVER =
      Pattern.compile(
          "host|content-(length|encoding)|accept-encoding|connection|keep-alive|te|trailer"
              + "|transfer-encoding|upgrade|expect|proxy-.*|authorization|.*-authorization"
              + "|cookie2?|dpop"
              + "|.*(api-?key|token|secret|jwt|assertion|credential|password).*"
              + "|forwarded|x-forwarded-.*|via|x-real-ip|true-client-ip|cf-.*"
              + "|x-http-method(-override)?|x-method-override|x-original-.*|x-rewrite-.*"
              + "|.*(remote-?user|auth-?user|webauth|authenticated|auth-request|client-cert).*"
              + "|(.*-)?(user(-?(name|id))?|sub|subject|principal|identity|claims|scopes?|issuer)"
              + "|(x-)?(email|groups?|roles?)(-.*)?|x-user(-.*)?|x-mcp-auth-.*"
              + "|x-ms-client-principal.*"
              + "|x-amzn-oidc-.*|x-goog-.*|tailscale-.*|impersonate-.*|ssl-client-.*");

  private final Set<String> passed;

  private RequestHeaders(Set<String> passed) {
    this.passed = passed;
  }

  /**
   * The standard list and further names.
   *
   * @throws IllegalArgumentException for a name that no caller may set
   */
  static RequestHeaders with(List<String> further) {
    return new RequestHeaders(HeaderNames.of(STANDARD, further, RequestHeaders::objection));
  }

  private static @Nullable String objection(String lower) {
    if (repeatsTheBody(lower)) {
      return "repeats the body and passes where it was compared with it. Remove it here; an"
          + " argument of a tool is declared in the policy, as paramHeaders.";
    }
    if (isNever(lower)) {
      return "carries a credential, an identity, another method or place, or belongs to one"
          + " connection. Remove it; GUARD_IDENTITY_HEADERS=true tells the target who calls.";
    }
    return null;
  }

  /** {@code Mcp-} in front makes a credential or an identity no other one. */
  private static boolean isNever(String lower) {
    if (!lower.startsWith("mcp-")) {
      return NEVER.matcher(lower).matches();
    }
    String rest = lower.substring("mcp-".length());
    return Stream.of(rest, "x-" + rest, "x-" + lower)
        .anyMatch(name -> NEVER.matcher(name).matches());
  }

  private static boolean repeatsTheBody(String lower) {
    return REPEATED.contains(lower) || lower.startsWith("mcp-param-");
  }

  /**
   * Copies what may pass, every line of it.
   *
   * @param from as they came
   * @param shown whether the filter shows a header to whoever is behind it
   * @param compared names in lower case: the {@link McpAuthFilter#COMPARED_HEADERS_ATTRIBUTE}
   */
  void copy(HttpFields from, Predicate<String> shown, Set<?> compared, HttpFields.Mutable to) {
    Set<String> hops = HeaderNames.ofOneConnection(from);
    for (HttpField field : from) {
      String lower = field.getLowerCaseName();
      if (field.getValue() != null
          && !hops.contains(lower)
          && mayPass(lower, compared)
          && shown.test(lower)) {
        to.add(field);
      }
    }
  }

  /**
   * An argument that the policy does not declare passes where the method was compared: only a
   * revision that has such headers compares it, and there a proxy has to hand on those that it does
   * not know (MCP 2026-07-28, Streamable HTTP, "Server Behavior for Custom Headers"), since the
   * server behind compares them.
   */
  private boolean mayPass(String lower, Set<?> compared) {
    if (REPEATED.contains(lower)) {
      return compared.contains(lower);
    }
    if (lower.startsWith("mcp-") && ARGUMENT.matcher(lower).matches()) {
      return compared.contains(lower) || compared.contains(METHOD);
    }
    return passed.contains(lower);
  }
}
