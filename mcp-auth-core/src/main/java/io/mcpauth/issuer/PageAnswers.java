package io.mcpauth.issuer;

import io.mcpauth.authserver.RedirectUriRules;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.ScopeText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Pages as answers, with the headers that keep them to themselves. */
final class PageAnswers {
  private final PageRenderer renderer;
  private final Map<String, ScopeText> scopes;

  PageAnswers(ServerSetup setup) {
    PageRenderer own = setup.pages();
    this.renderer = own == null ? OAuthPages.standard() : own;
    this.scopes = setup.scopes();
  }

  OAuthAnswer page(int status, OAuthPage page) {
    return OAuthAnswer.html(status, renderer.render(page))
        .with("Content-Security-Policy", OAuthPages.CONTENT_SECURITY_POLICY)
        .with("X-Frame-Options", "DENY")
        // With "no-referrer" browsers would send the Origin "null" with the form.
        .with("Referrer-Policy", "same-origin");
  }

  /** Says what is wrong where a client cannot be told, or must not be. */
  OAuthAnswer problem(AuthException refusal) {
    ReasonCode reason = refusal.reason();
    int status = reason.status() == 401 ? 400 : reason.status();
    OAuthAnswer answer =
        page(status, new OAuthPage.ErrorPage(title(reason), words(refusal), null, null));
    boolean later = status == 503 || status == 429;
    return later
        ? answer.with("Retry-After", refusal.facts().getOrDefault(OAuthErrors.RETRY_AFTER, "1"))
        : answer;
  }

  /** The same with a link by which the user may tell the client all the same. */
  OAuthAnswer onward(AuthException refusal, String redirectUri, String location) {
    return page(
        400,
        new OAuthPage.ErrorPage(
            title(refusal.reason()), words(refusal), location, place(redirectUri)));
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

  /** As people read it. What is registered was accepted by other rules, so it is shown as it is. */
  static String place(String redirectUri) {
    try {
      return RedirectUriRules.standard().accept(redirectUri).place();
    } catch (AuthException e) {
      return redirectUri;
    }
  }

  /** As it is remembered. */
  static String approval(String redirectUri) {
    try {
      return RedirectUriRules.standard().accept(redirectUri).approval();
    } catch (AuthException e) {
      return redirectUri;
    }
  }

  /** Whether any program on the user's computer may be the one that is told. */
  static boolean onThisComputer(String redirectUri) {
    try {
      var uri = RedirectUriRules.standard().accept(redirectUri);
      return uri.isLoopback() || uri.isPrivateUse();
    } catch (AuthException e) {
      return !redirectUri.startsWith("https://");
    }
  }
}
