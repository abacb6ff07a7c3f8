package io.mcpauth.issuer;

import io.mcpauth.error.AuthException;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** "Not you? Log out.": ends the login of the application in this browser, and asks again. */
final class LogoutEndpoint implements Endpoint {
  private final ServerSetup setup;
  private final Asking asking;
  private final Browser browser;
  private final PendingConsents pending;
  private final PageAnswers pages;

  LogoutEndpoint(
      ServerSetup setup,
      Asking asking,
      Browser browser,
      PendingConsents pending,
      PageAnswers pages) {
    this.setup = setup;
    this.asking = asking;
    this.browser = browser;
    this.pending = pending;
    this.pages = pages;
  }

  @Override
  public OAuthAnswer answer(OAuthRequest request) {
    try {
      browser.requireSameOrigin(request);
      return answer(request, Forms.read(request));
    } catch (AuthException e) {
      return pages.problem(e);
    }
  }

  private OAuthAnswer answer(OAuthRequest request, Parameters form) {
    URI back = URI.create(setup.addresses().of(OAuthAddresses.APPLICATIONS));
    Login.LoginResult who = asking.who(new LoginRequest(back, false, false, null, request));
    if (!(who instanceof Login.LoginResult.LoggedIn found)) {
      return Asking.elsewhere(who);
    }
    User user = found.user();
    List<String> secrets = browser.secrets(request);
    ApplicationsEndpoint.requireOwnForm(secrets, form.value("form"), user);
    PendingConsents.@Nullable Pending asked =
        pending.find(form.value("request"), user.id(), secrets);
    URI again =
        asked == null ? back : URI.create(AuthorizationEndpoint.address(setup, asked.query()));
    URI next = asking.logout(new LoginRequest(again, true, false, null, request));
    return next == null
        ? pages.page(
            200,
            new OAuthPage.NoticePage(
                "Not logged out", "This login cannot be ended here. Close the browser."))
        : OAuthAnswer.redirect(next.toString());
  }
}
