package io.mcpauth.issuer;

import io.mcpauth.authserver.RedirectUri;
import io.mcpauth.authserver.RedirectUriRules;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.ScopeText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Pages as answers, with the headers that keep them to themselves. */
final class PageAnswers {
  /** For templates of the application: its own styles and pictures, and still no script. */
  private static final String OF_OTHERS =
      "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self';"
          + " base-uri 'none'; frame-ancestors 'none'";

  private final PageRenderer renderer;
  private final String policy;
  private final Map<String, ScopeText> scopes;

  PageAnswers(ServerSetup setup) {
    PageRenderer own = setup.pages();
    this.renderer = own == null ? OAuthPages.standard() : own;
    this.policy = renderer instanceof OAuthPages ? OAuthPages.CONTENT_SECURITY_POLICY : OF_OTHERS;
    this.scopes = setup.scopes();
  }

  OAuthAnswer page(int status, OAuthPage page) {
    return OAuthAnswer.html(status, renderer.render(page))
        .with("Content-Security-Policy", policy)
        .with("X-Frame-Options", "DENY")
        // With "no-referrer" browsers would send the Origin "null" with the form.
        .with("Referrer-Policy", "same-origin");
  }

  /** Says what is wrong where a client cannot be told, or must not be. */
  OAuthAnswer problem(AuthException refusal) {
    ReasonCode reason = refusal.reason();
    int status = status(reason);
    OAuthAnswer answer =
        page(status, new OAuthPage.ErrorPage(reason, title(reason), words(refusal), null, null));
    boolean later = status == 503 || status == 429;
    return later
        ? answer.with("Retry-After", refusal.facts().getOrDefault(OAuthErrors.RETRY_AFTER, "1"))
        : answer;
  }

  /** The same with a link by which the user may tell the client all the same. */
  OAuthAnswer onward(AuthException refusal, String redirectUri, String location) {
    return page(
        status(refusal.reason()),
        new OAuthPage.ErrorPage(
            refusal.reason(),
            title(refusal.reason()),
            words(refusal),
            location,
            place(redirectUri)));
  }

  /** A 401 without a challenge would be none (RFC 9110 section 15.5.2). */
  private static int status(ReasonCode reason) {
    return reason.status() == 401 ? 400 : reason.status();
  }

  private static String title(ReasonCode reason) {
    return switch (reason.status()) {
      case 429 -> "Too many requests";
      case 503 -> "Not available at the moment";
      case 403 -> "Not allowed";
      default -> "This request cannot be answered";
    };
  }

  private static String words(AuthException refusal) {
    return switch (refusal.reason()) {
      case CLIENT_UNKNOWN ->
          "The application that sent you here is not known to this server. Remove the connection in"
              + " the application, and connect it again.";
      case REDIRECT_URI_NOT_ACCEPTED ->
          "The application that sent you here wants to be told at an address that it did not"
              + " register. Nothing was granted.";
      case CONSENT_INVALID ->
          "This page is no longer valid. Begin again in the application that you came from. Nothing"
              + " was granted.";
      case LOGIN_FAILED -> "The login failed. Try again in a while. Nothing was granted.";
      case CLIENT_NOT_KNOWN ->
          "New applications cannot be connected at the moment. Ask whoever runs this server.";
      case ACCESS_DENIED ->
          "Whoever runs this server does not let this application, or you, in. Nothing was"
              + " granted.";
      case USER_DENIED -> "You did not allow it. Nothing was granted.";
      default -> refusal.description() + ". Nothing was granted.";
    };
  }

  List<OAuthPage.ScopeLine> lines(Collection<String> named) {
    List<OAuthPage.ScopeLine> lines = new ArrayList<>();
    for (String scope : named) {
      ScopeText text = scopes.getOrDefault(scope, new ScopeText(scope, ""));
      lines.add(new OAuthPage.ScopeLine(scope, text.name(), text.description()));
    }
    return lines;
  }

  /** As people read it. */
  static String place(String redirectUri) {
    RedirectUri uri = read(redirectUri);
    return uri == null ? redirectUri : uri.place();
  }

  /** As it is remembered. */
  static String approval(String redirectUri) {
    RedirectUri uri = read(redirectUri);
    return uri == null ? redirectUri : uri.approval();
  }

  /** Whether any program on the user's computer may be the one that is told. */
  static boolean onThisComputer(String redirectUri) {
    RedirectUri uri = read(redirectUri);
    return uri == null || uri.isLoopback() || uri.isPrivateUse();
  }

  /** Whether it is a port of the user's computer, which no other can be behind. */
  static boolean isLoopback(String redirectUri) {
    RedirectUri uri = read(redirectUri);
    return uri != null && uri.isLoopback();
  }

  /** The operator may have entered one with a scheme of its own. Null for none that can be. */
  private static @Nullable RedirectUri read(String redirectUri) {
    RedirectUriRules rules = RedirectUriRules.standard();
    try {
      return rules.accepts(redirectUri)
          ? rules.accept(redirectUri)
          : rules.allowExact(redirectUri).accept(redirectUri);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
