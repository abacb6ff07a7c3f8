package io.mcpauth.examples.foreign;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.web.util.HtmlUtils;

/** The pages a person sees: plain HTML, no scripts, nothing fetched, every value escaped. */
final class Pages {
  private static final String STYLE =
      "body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem;"
          + "color:#1b1b1b;background:#fff}h1{font-size:1.4rem}label{display:block;margin:.8rem 0}"
          + "input{font:inherit;padding:.4rem;width:100%;box-sizing:border-box}"
          + "button{font:inherit;padding:.5rem 1.4rem;margin:.8rem .6rem 0 0}"
          + "dt{font-weight:600}code{background:#eee;padding:0 .2rem;overflow-wrap:anywhere}"
          + ".error{color:#a40000}.warning{border-left:.3rem solid #a40000;padding-left:.8rem}";

  /**
   * No {@code form-action}: browsers apply it to the redirect after a form as well, and consent
   * ends in a redirect to the client.
   */
  static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; style-src 'sha256-"
          + sha256(STYLE)
          + "'";

  private static final String CONSENT =
      """
      <p>You are logged in as <strong>%s</strong>. <strong id="client-name">%s</strong> asks for
       access to <code>%s</code>.</p>
      <p>The name is the client's own claim. %s The access goes to
       <strong id="redirect-place">%s</strong>.</p>
      %s<dl id="scopes">
      %s</dl>
      <form id="consent" method="post" action="%s">
      %s<button type="submit" name="decision" value="allow">Allow</button>
      <button type="submit" name="decision" value="deny">Deny</button>
      </form>
      """;

  private static final String FROM_A_HOST =
      "It is described by a page of <strong id=\"client-host\">%s</strong>: <code>%s</code>.";

  private static final String REGISTERED =
      "It registered itself here, with the client id <code>%s</code>.";

  /** MCP security considerations, "Localhost Redirect URI Risks". */
  private static final String ON_THIS_COMPUTER =
      """
      <p id="localhost-warning" class="warning" role="alert">Any application on this computer may
       have sent you here, under any name. Continue only if you have just started this one.</p>
      """;

  private static final String ONWARD =
      """
      <p>%s</p>
      <p>The client wants to be told at <strong id="redirect-place">%s</strong>, where you have
       let nothing go so far. Anybody can register such an address: follow the link only if you
       know it.</p>
      <p><a id="onward" href="%s" rel="noreferrer">Continue to %s</a></p>
      <p>Or close this page; nothing was granted.</p>
      """;

  /**
   * What the consent page tells.
   *
   * @param host of the metadata document, or null for a client that registered
   * @param onThisComputer whether a program on the user's computer gets the code
   */
  record Consent(
      String clientName,
      String clientId,
      @Nullable String host,
      String place,
      boolean onThisComputer,
      String resource,
      String user,
      String state,
      Map<String, String> scopes,
      Set<String> approved) {}

  private Pages() {}

  /**
   * The login page.
   *
   * @param request the query of the authorization request that waits for it, or an empty text
   */
  static String login(CsrfToken csrf, String request, boolean failed) {
    return page(
        "Log in",
        (failed ? "<p class=\"error\" role=\"alert\">Wrong user name or password.</p>\n" : "")
            + """
            <p>This is a foreign provider. User name and password are in the
            terminal where it was started.</p>
            <form id="login" method="post" action="%s">
            <label>User name <input name="username" autocomplete="username" required autofocus>
            </label>
            <label>Password <input name="password" type="password"
             autocomplete="current-password" required></label>
            %s<button type="submit">Log in</button>
            </form>
            """
                .formatted(Endpoints.LOGIN, hidden("request", request) + csrfField(csrf)));
  }

  static String consent(CsrfToken csrf, Consent consent) {
    StringBuilder scopes = new StringBuilder();
    StringBuilder fields = new StringBuilder();
    fields.append(hidden("client_id", consent.clientId()));
    fields.append(hidden("state", consent.state()));
    consent
        .scopes()
        .forEach(
            (scope, words) -> {
              String before = consent.approved().contains(scope) ? " (approved before)" : "";
              scopes.append(
                  "<dt>%s%s</dt><dd><code>%s</code></dd>\n"
                      .formatted(escape(words), before, escape(scope)));
              fields.append(hidden("scope", scope));
            });
    return page(
        "Allow access?",
        CONSENT.formatted(
            escape(consent.user()),
            escape(consent.clientName()),
            escape(consent.resource()),
            origin(consent),
            escape(consent.place()),
            consent.onThisComputer() ? ON_THIS_COMPUTER : "",
            scopes,
            Endpoints.AUTHORIZE,
            fields.append(csrfField(csrf))));
  }

  /** What the user can recognise of a client: a host, where there is one. */
  private static String origin(Consent consent) {
    String id = escape(consent.clientId());
    return consent.host() == null
        ? REGISTERED.formatted(id)
        : FROM_A_HOST.formatted(escape(consent.host()), id);
  }

  /** Says where a link leads and lets the user decide, in place of a redirect. */
  static String onward(String explanation, String place, String location) {
    String where = escape(place);
    return page(
        "Back to the client?",
        ONWARD.formatted(escape(explanation), where, escape(location), where));
  }

  static String message(String title, String text) {
    return page(title, "<p>" + escape(text) + "</p>\n");
  }

  static void send(HttpServletResponse response, int status, String page) throws IOException {
    response.setStatus(status);
    response.setContentType("text/html;charset=UTF-8");
    response.getOutputStream().write(page.getBytes(StandardCharsets.UTF_8));
  }

  private static String page(String title, String body) {
    return """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>%s</title>
    <style>%s</style>
    </head>
    <body>
    <main>
    <h1>%s</h1>
    %s</main>
    </body>
    </html>
    """
        .formatted(escape(title), STYLE, escape(title), body);
  }

  private static String csrfField(CsrfToken csrf) {
    return hidden(csrf.getParameterName(), csrf.getToken());
  }

  private static String hidden(String name, String value) {
    return "<input type=\"hidden\" name=\"%s\" value=\"%s\">\n"
        .formatted(escape(name), escape(value));
  }

  private static String escape(String text) {
    return HtmlUtils.htmlEscape(text, "UTF-8");
  }

  private static String sha256(String text) {
    try {
      return Base64.getEncoder()
          .encodeToString(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
