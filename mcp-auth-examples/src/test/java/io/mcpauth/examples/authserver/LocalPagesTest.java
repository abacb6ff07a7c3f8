package io.mcpauth.examples.authserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.error.ReasonCode;
import io.mcpauth.issuer.OAuthPage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalPagesTest {
  /** With a store it forgets nothing, and a page that says so sends its reader the wrong way. */
  @ParameterizedTest
  @CsvSource({"true,true", "true,false", "false,true", "false,false"})
  void unknownClient_isToldWhatHoldsHere(boolean takesDocuments, boolean forgets) {
    String page =
        LocalPages.of(takesDocuments, forgets)
            .render(new OAuthPage.ErrorPage(ReasonCode.CLIENT_UNKNOWN, "No", "Why", null, null));

    assertThat(page.contains("forgets its clients")).isEqualTo(forgets);
    assertThat(page.contains("they have to register")).isEqualTo(!takesDocuments);
  }
}
