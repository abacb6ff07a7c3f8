package io.mcpauth.issuer;

import static io.mcpauth.issuer.ConsentDesk.body;
import static io.mcpauth.issuer.ConsentDesk.query;
import static io.mcpauth.issuer.ServerInTest.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mcpauth.error.ReasonCode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OAuthPagesTest {
  /** Whatever a value does in HTML, in an attribute or in a format, is in this one. */
  private static final String HOSTILE = "<script>x</script>\"'&amp;%s\u00e9\">";

  private static final OAuthPage.ScopeLine LINE =
      new OAuthPage.ScopeLine(HOSTILE, HOSTILE + "n", HOSTILE);

  static List<OAuthPage> pages() {
    return List.of(
        consent(OAuthPage.Vouching.OPERATOR, null),
        consent(OAuthPage.Vouching.HOST, HOSTILE),
        consent(OAuthPage.Vouching.NOBODY, null),
        new OAuthPage.ApplicationsPage(
            HOSTILE,
            Map.of(HOSTILE, HOSTILE),
            HOSTILE,
            HOSTILE,
            List.of(new OAuthPage.Application(HOSTILE, HOSTILE, HOSTILE, List.of(LINE), HOSTILE))),
        new OAuthPage.ErrorPage(ReasonCode.CLIENT_UNKNOWN, HOSTILE, HOSTILE, HOSTILE, HOSTILE),
        new OAuthPage.NoticePage(HOSTILE, HOSTILE));
  }

  private static OAuthPage consent(OAuthPage.Vouching vouching, @Nullable String host) {
    return new OAuthPage.ConsentPage(
        HOSTILE,
        Map.of(HOSTILE, HOSTILE),
        HOSTILE,
        HOSTILE,
        HOSTILE,
        vouching,
        host,
        HOSTILE,
        true,
        HOSTILE,
        HOSTILE,
        List.of(LINE),
        List.of(LINE));
  }

  @Test
  void hint_isOnPagesOfItsReasonAlone() {
    OAuthPages pages = OAuthPages.standard().withHint(ReasonCode.CLIENT_UNKNOWN, "Connect anew.");

    assertThat(pages.render(error(ReasonCode.CLIENT_UNKNOWN))).contains("<p>Connect anew.</p>");
    assertThat(pages.render(error(ReasonCode.LOGIN_FAILED))).doesNotContain("Connect anew.");
  }

  private static OAuthPage error(ReasonCode reason) {
    return new OAuthPage.ErrorPage(reason, "Title", "Text", null, null);
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyValue_isText(OAuthPage page) {
    OAuthPages pages =
        OAuthPages.standard().withName(HOSTILE).withHint(ReasonCode.CLIENT_UNKNOWN, HOSTILE);
    for (OAuthPages.Text text : OAuthPages.Text.values()) {
      pages = pages.withText(text, HOSTILE);
    }
    String html = pages.render(page);

    assertThat(html)
        .contains("&lt;script&gt;x&lt;/script&gt;&quot;&#39;&amp;amp;%s\u00e9&quot;&gt;")
        .doesNotContain("<script", "x</script>", "\"'", "'&amp;%s");
    assertThat(html).doesNotContainPattern("<[^>]*\\s(?:on\\w+|style)=");
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyPage_isADocumentThatItsPolicyAllows(OAuthPage page) throws Exception {
    String html = OAuthPages.standard().render(page);

    assertThat(html)
        .startsWith("<!DOCTYPE html>\n<html lang=\"en\">")
        .contains("<meta charset=\"utf-8\">", "name=\"viewport\"", "<main>", "<h1>");
    assertThat(html.split("<h1", -1)).hasSize(2);
    assertThat(ids(html)).doesNotHaveDuplicates();
    Matcher style = Pattern.compile("(?s)<style>(.*)</style>").matcher(html);
    assertThat(style.find()).isTrue();
    byte[] hash =
        MessageDigest.getInstance("SHA-256")
            .digest(style.group(1).getBytes(StandardCharsets.UTF_8));
    assertThat(OAuthPages.CONTENT_SECURITY_POLICY)
        .contains("'sha256-" + Base64.getEncoder().encodeToString(hash) + "'");
  }

  private static List<String> ids(String html) {
    return Pattern.compile(" id=\"([^\"]*)\"")
        .matcher(html)
        .results()
        .map(found -> found.group(1))
        .toList();
  }

  @Test
  void otherWords_replaceThose() {
    OAuthPages pages =
        OAuthPages.standard()
            .withText(OAuthPages.Text.ALLOW, "Erlauben")
            .withText(OAuthPages.Text.DENY, "Nein");
    String html = pages.render(consent(OAuthPage.Vouching.NOBODY, null));

    assertThat(html).contains(">Erlauben<", ">Nein<").doesNotContain(">Allow<", ">Cancel<");
  }

  @Test
  void logoAndName_areOnEveryPage() {
    OAuthPages pages =
        OAuthPages.standard().withName("Files & more").withLogo("image/png", new byte[] {1, 2});

    assertThat(pages.page("Log in", "<p>own</p>"))
        .contains("<img class=\"logo\" alt=\"\" src=\"data:image/png;base64,AQI=\">")
        .contains("Files &amp; more", "<h1>Log in</h1>", "<p>own</p>");
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/html", "image/png;x", "image/svg", "", "IMAGE/PNG"})
  void logoOfAnotherType_isRefused(String type) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OAuthPages.standard().withLogo(type, new byte[1]))
        .withMessageContaining("PNG, JPEG, WebP or SVG");
  }

  @Test
  void largeLogo_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OAuthPages.standard().withLogo("image/png", new byte[64 * 1024 + 1]));
  }

  @Test
  void templatesOfTheApplication_mayHaveStylesAndNoScriptOrFrame() {
    try (ConsentDesk desk =
        new ConsentDesk(
            builder -> builder.pages(page -> "own " + page.getClass().getSimpleName()))) {
      OAuthAnswer answer = desk.visitor("alice").open(query("app"));

      assertThat(body(answer)).isEqualTo("own ConsentPage");
      assertThat(header(answer, "Content-Security-Policy"))
          .contains("default-src 'none'", "style-src 'self' 'unsafe-inline'")
          .contains("frame-ancestors 'none'")
          .doesNotContain("script", "form-action");
    }
  }
}
