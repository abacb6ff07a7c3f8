package io.mcpauth.issuer;

import io.mcpauth.edge.PageStyle;
import io.mcpauth.error.ReasonCode;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The pages of the library: plain HTML in one style, light and dark, for phones and desktops, for
 * the keyboard too. They run no script and load nothing.
 *
 * <pre>{@code
 * OAuthPages pages = OAuthPages.standard().withName("The Shop");
 * OAuthServer own =
 *     OAuthServer.builder("https://mcp.example.com", store, login)
 *         .resource("https://mcp.example.com/mcp", policy)
 *         .pages(pages)
 *         .build();
 * }</pre>
 */
public final class OAuthPages implements PageRenderer {
  /** What every page is sent with. Pictures are within the page. */
  public static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; style-src "
          + PageStyle.SOURCE
          + "; img-src data:; base-uri 'none'; frame-ancestors 'none'";

  private static final Pattern PICTURE = Pattern.compile("image/(png|jpeg|webp|svg\\+xml)");
  private static final int MOST_LOGO_BYTES = 64 * 1024;

  private final String name;
  private final @Nullable String logo;
  private final Map<Text, String> texts;
  private final Map<ReasonCode, String> hints;

  private OAuthPages(
      String name, @Nullable String logo, Map<Text, String> texts, Map<ReasonCode, String> hints) {
    this.name = name;
    this.logo = logo;
    this.texts = texts;
    this.hints = hints;
  }

  /** The words of the pages that may be others. */
  public enum Text {
    /** The button that allows. */
    ALLOW("Allow"),
    /** The button that does not. */
    DENY("Cancel"),
    /** The title of the consent page, before the name of the client. */
    CONSENT_TITLE("Connect"),
    /** Above the scopes. */
    SCOPES("It will be able to"),
    /** Above the scopes at a step-up. */
    NEW_SCOPES("New: it will be able to"),
    /** Above the scopes that were granted before. */
    EARLIER_SCOPES("What you allowed before"),
    /** The title of the page of connected applications. */
    APPLICATIONS_TITLE("Connected applications"),
    /** Where there is none. */
    NO_APPLICATIONS("No application is connected."),
    /** The button that ends a connection. */
    DISCONNECT("Disconnect"),
    /** The button that ends the login. */
    LOG_OUT("Not you? Log out.");

    private final String words;

    Text(String words) {
      this.words = words;
    }
  }

  /** As they are. */
  public static OAuthPages standard() {
    return new OAuthPages("", null, Map.of(), Map.of());
  }

  /** With the name of the service above each title. */
  public OAuthPages withName(String service) {
    return new OAuthPages(service, logo, texts, hints);
  }

  /**
   * With a logo above each title.
   *
   * @param mediaType {@code image/png}, {@code image/jpeg}, {@code image/webp} or {@code
   *     image/svg+xml}
   * @param image at most 64 KiB
   * @throws IllegalArgumentException if it is another type, or larger
   */
  public OAuthPages withLogo(String mediaType, byte[] image) {
    if (!PICTURE.matcher(mediaType).matches() || image.length > MOST_LOGO_BYTES) {
      throw new IllegalArgumentException(
          "A logo has to be a PNG, JPEG, WebP or SVG of 64 KiB at most, not '"
              + mediaType
              + "' of "
              + image.length
              + " bytes.");
    }
    String data = "data:" + mediaType + ";base64," + Base64.getEncoder().encodeToString(image);
    return new OAuthPages(name, data, texts, hints);
  }

  /** With other words. */
  public OAuthPages withText(Text which, String words) {
    Map<Text, String> all = new EnumMap<>(Text.class);
    all.putAll(texts);
    all.put(which, words);
    return new OAuthPages(name, logo, all, hints);
  }

  /** With a sentence more where nothing is granted for this reason, such as what users can do. */
  public OAuthPages withHint(ReasonCode reason, String words) {
    Map<ReasonCode, String> all = new EnumMap<>(ReasonCode.class);
    all.putAll(hints);
    all.put(reason, words);
    return new OAuthPages(name, logo, texts, all);
  }

  /**
   * A page of the application's own in the same style, such as its login page. To be sent with
   * {@link #CONTENT_SECURITY_POLICY}.
   *
   * @param title a text
   * @param html the content, in which every value is escaped already
   */
  public String page(String title, String html) {
    String head =
        logo == null
            ? ""
            : "<img class=\"logo\" alt=\"\" src=\"" + PageStyle.escape(logo) + "\">\n";
    String kind = name.isEmpty() ? "" : "<p class=\"kind\">" + PageStyle.escape(name) + "</p>\n";
    return PageStyle.document(
        title, head + kind + "<h1>" + PageStyle.escape(title) + "</h1>\n" + html);
  }

  @Override
  public String render(OAuthPage page) {
    if (page instanceof OAuthPage.ConsentPage consent) {
      return page(text(Text.CONSENT_TITLE) + " " + consent.client(), consent(consent));
    }
    if (page instanceof OAuthPage.ApplicationsPage applications) {
      return page(text(Text.APPLICATIONS_TITLE), applications(applications));
    }
    if (page instanceof OAuthPage.ErrorPage error) {
      return page(error.title(), error(error));
    }
    OAuthPage.NoticePage notice = (OAuthPage.NoticePage) page;
    return page(notice.title(), "<p>" + PageStyle.escape(notice.text()) + "</p>\n");
  }

  private String text(Text which) {
    return texts.getOrDefault(which, which.words);
  }

  private String consent(OAuthPage.ConsentPage page) {
    StringBuilder html = new StringBuilder();
    html.append("<p><strong id=\"client-name\"><bdi>")
        .append(PageStyle.escape(page.client()))
        .append("</bdi></strong> asks for access to <code>")
        .append(PageStyle.escape(page.resource()))
        .append("</code> in your name, <strong id=\"user\"><bdi>")
        .append(PageStyle.escape(page.user()))
        .append("</bdi></strong>.</p>\n<p class=\"soft\">")
        .append(vouched(page))
        .append(" You will be sent to <strong id=\"redirect-place\">")
        .append(PageStyle.escape(page.place()))
        .append("</strong>.</p>\n");
    if (page.onThisComputer()) {
      html.append(
          "<p id=\"localhost-warning\" class=\"warning\" role=\"alert\">That is a program on your"
              + " own computer, and any program there may have sent you here, under any name."
              + " Continue only if you have just started this one.</p>\n");
    }
    if (!page.fresh().isEmpty()) {
      Text above = page.before().isEmpty() ? Text.SCOPES : Text.NEW_SCOPES;
      html.append("<h2>").append(PageStyle.escape(text(above))).append("</h2>\n");
      html.append(scopes("scopes", page.fresh()));
    }
    if (!page.before().isEmpty()) {
      html.append("<details id=\"earlier\"><summary>")
          .append(PageStyle.escape(text(Text.EARLIER_SCOPES)))
          .append("</summary>\n")
          .append(scopes("earlier-scopes", page.before()))
          .append("</details>\n");
    }
    html.append(form("consent", page.action(), page.hidden()))
        .append("<p class=\"actions\"><button class=\"primary\" name=\"decision\" value=\"allow\">")
        .append(PageStyle.escape(text(Text.ALLOW)))
        .append("</button> <button name=\"decision\" value=\"deny\">")
        .append(PageStyle.escape(text(Text.DENY)))
        .append("</button></p>\n</form>\n");
    return html + logout(page.logout(), page.hidden());
  }

  private static String vouched(OAuthPage.ConsentPage page) {
    String id = "<code>" + PageStyle.escape(page.clientId()) + "</code>";
    return switch (page.vouching()) {
      case OPERATOR -> "The operator of this server has entered it, as " + id + ".";
      case HOST ->
          "Its name is told by a page of <strong id=\"client-host\">"
              + PageStyle.escape(String.valueOf(page.host()))
              + "</strong>: "
              + id
              + ".";
      case NOBODY -> "The name is its own claim: it registered itself here, as " + id + ".";
    };
  }

  private static String scopes(String id, List<OAuthPage.ScopeLine> lines) {
    StringBuilder html = new StringBuilder("<ul id=\"" + id + "\" class=\"scopes\">\n");
    for (OAuthPage.ScopeLine line : lines) {
      html.append("<li><strong>").append(PageStyle.escape(line.name())).append("</strong>");
      if (!line.name().equals(line.scope())) {
        html.append(" <code>").append(PageStyle.escape(line.scope())).append("</code>");
      }
      if (!line.description().isEmpty()) {
        html.append("<br>").append(PageStyle.escape(line.description()));
      }
      html.append("</li>\n");
    }
    return html.append("</ul>\n").toString();
  }

  private String applications(OAuthPage.ApplicationsPage page) {
    StringBuilder html = new StringBuilder();
    html.append("<p>You are <strong id=\"user\"><bdi>")
        .append(PageStyle.escape(page.user()))
        .append("</bdi></strong>.</p>\n");
    if (page.applications().isEmpty()) {
      html.append("<p>").append(PageStyle.escape(text(Text.NO_APPLICATIONS))).append("</p>\n");
    }
    for (OAuthPage.Application one : page.applications()) {
      html.append("<section class=\"application\"><h2><bdi>")
          .append(PageStyle.escape(one.client()))
          .append("</bdi></h2>\n<p class=\"soft\"><code>")
          .append(PageStyle.escape(one.clientId()))
          .append("</code>, connected on ")
          .append(PageStyle.escape(one.since()))
          .append("</p>\n")
          .append(scopes("scopes-" + PageStyle.escape(one.grant()), one.scopes()))
          .append(form("disconnect-" + one.grant(), page.action(), page.hidden()))
          .append("<button name=\"grant\" value=\"")
          .append(PageStyle.escape(one.grant()))
          .append("\">")
          .append(PageStyle.escape(text(Text.DISCONNECT)))
          .append("<span class=\"hidden\"> ")
          .append(PageStyle.escape(one.client()))
          .append("</span></button>\n</form></section>\n");
    }
    return html + logout(page.logout(), page.hidden());
  }

  private String error(OAuthPage.ErrorPage page) {
    String html = "<p role=\"alert\">" + PageStyle.escape(page.text()) + "</p>\n";
    String hint = hints.get(page.reason());
    if (hint != null) {
      html += "<p>" + PageStyle.escape(hint) + "</p>\n";
    }
    String onward = page.onward();
    String place = page.place();
    if (onward == null || place == null) {
      return html;
    }
    return html
        + "<p>The application wants to be told at <strong id=\"redirect-place\">"
        + PageStyle.escape(place)
        + "</strong>, where you have let nothing go so far. Anybody can register such an address:"
        + " follow the link only if you know it.</p>\n"
        + "<p><a id=\"onward\" rel=\"noreferrer\" href=\""
        + PageStyle.escape(onward)
        + "\">Continue to "
        + PageStyle.escape(place)
        + "</a></p>\n";
  }

  private String logout(@Nullable String action, Map<String, String> hidden) {
    return action == null
        ? ""
        : form("logout", action, hidden)
            + "<button class=\"quiet\">"
            + PageStyle.escape(text(Text.LOG_OUT))
            + "</button>\n</form>\n";
  }

  private static String form(String id, String action, Map<String, String> hidden) {
    StringBuilder html =
        new StringBuilder(
            "<form id=\""
                + PageStyle.escape(id)
                + "\" method=\"post\" action=\""
                + PageStyle.escape(action)
                + "\">\n");
    hidden.forEach(
        (name, value) ->
            html.append("<input type=\"hidden\" name=\"")
                .append(PageStyle.escape(name))
                .append("\" value=\"")
                .append(PageStyle.escape(value))
                .append("\">\n"));
    return html.toString();
  }
}
