package io.mcpauth.examples.guard;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpFields;

/**
 * Which headers of a caller reach the target: those on a list, and no others.
 *
 * <p>A list of what to drop would be as good as its author's knowledge of every proxy and framework
 * that trusts a header: {@code X-Remote-User}, {@code Cf-Access-Jwt-Assertion}, {@code
 * X-MS-CLIENT-PRINCIPAL}, and the one that comes next year. And WSGI, CGI and PHP take {@code
 * X_Remote_User} for {@code X-Remote-User}. MCP needs few headers, which it names {@code Mcp-*};
 * whoever needs another one names it in GUARD_PASS_HEADERS.
 */
final class RequestHeaders {
  /** Without Host, which is the target's, and Accept-Encoding, which would end streaming. */
  private static final Set<String> PASSED =
      Set.of(
          "accept",
          "accept-language",
          "content-type",
          "user-agent",
          "last-event-id",
          "traceparent",
          "tracestate",
          "baggage",
          "x-request-id");

  /** Headers of the protocol itself; no underscore, which some servers take for a hyphen. */
  private static final Pattern MCP = Pattern.compile("mcp-[a-z0-9-]+");

  /** Arguments of a tool, called as its author likes; the filter compares them with the body. */
  private static final String ARGUMENT = "mcp-param-";

  /** Credentials, what belongs to one connection, and what others are known to trust. */
  private static final Pattern NEVER =
      Pattern.compile(
          "host|content-(length|encoding)|connection|keep-alive|te|trailer|transfer-encoding"
              + "|upgrade|expect|proxy-.*|authorization|.*-authorization|cookie2?|dpop"
              + "|.*(api-?key|token|secret|jwt|assertion|credential|password).*"
              + "|forwarded|x-forwarded-.*|via|x-real-ip|true-client-ip|cf-.*"
              + "|.*(remote-?user|auth-?user|webauth|authenticated|auth-request|client-cert).*"
              + "|x-mcp-auth-.*|x-(user|email|groups?|roles?)(-.*)?|x-ms-client-principal.*"
              + "|x-amzn-oidc-.*|x-goog-.*|tailscale-.*|impersonate-.*|ssl-client-.*");

  private static final Pattern NAME = Pattern.compile("[a-z0-9-]+");

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
    Set<String> passed = new HashSet<>(PASSED);
    for (String name : further) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (!NAME.matcher(lower).matches()) {
        throw new IllegalArgumentException(
            "'"
                + name
                + "' is no header name. Write letters, digits and hyphens, such as"
                + " 'X-Tenant'.");
      }
      if (NEVER.matcher(lower).matches()) {
        throw new IllegalArgumentException(
            "'"
                + name
                + "' carries a credential or an identity, or belongs to one connection."
                + " Remove it; GUARD_IDENTITY_HEADERS=true tells the target who calls.");
      }
      passed.add(lower);
    }
    return new RequestHeaders(Set.copyOf(passed));
  }

  /** Copies what may pass, every line of it. */
  void copy(HttpServletRequest request, HttpFields.Mutable target) {
    Set<String> hops = connectionOptions(request);
    for (String name : Collections.list(request.getHeaderNames())) {
      String lower = name.toLowerCase(Locale.ROOT);
      if ((passed.contains(lower) || isOfMcp(lower)) && !hops.contains(lower)) {
        target.remove(name); // a name in two spellings is there twice
        Collections.list(request.getHeaders(name)).forEach(value -> target.add(name, value));
      }
    }
  }

  /** No credential or identity, which {@code Mcp-} in front makes no other. */
  private static boolean isOfMcp(String lower) {
    if (!MCP.matcher(lower).matches()) {
      return false;
    }
    String rest = lower.substring("mcp-".length());
    return lower.startsWith(ARGUMENT)
        || Stream.of(rest, "x-" + rest, "x-" + lower).noneMatch(n -> NEVER.matcher(n).matches());
  }

  /** What {@code Connection} names belongs to that connection (RFC 9110 section 7.6.1). */
  private static Set<String> connectionOptions(HttpServletRequest request) {
    Set<String> options = new HashSet<>();
    for (String line : Collections.list(request.getHeaders("Connection"))) {
      for (String option : line.split(",", -1)) {
        options.add(option.strip().toLowerCase(Locale.ROOT));
      }
    }
    return options;
  }
}
