package io.mcpauth.examples.authserver;

import io.mcpauth.error.ReasonCode;
import io.mcpauth.issuer.OAuthPages;

/** The pages of the library, with what helps at a server that runs on the user's own machine. */
final class LocalPages {
  private LocalPages() {}

  /**
   * Those of a server.
   *
   * @param takesDocuments whether clients may bring one
   * @param forgets whether its clients are in memory alone
   */
  static OAuthPages of(boolean takesDocuments, boolean forgets) {
    OAuthPages pages =
        OAuthPages.standard()
            .withHint(
                ReasonCode.CLIENT_DOCUMENT_UNAVAILABLE,
                "The log of this server says why. If it cannot reach the web, start it with"
                    + " FILE_TOOLS_CLIENT_METADATA=false, remove the saved login of this server in"
                    + " your client and connect again: it then registers.");
    String unknown =
        (forgets ? "The development server forgets its clients when it stops. " : "")
            + (takesDocuments
                ? ""
                : "It takes no metadata documents of clients (FILE_TOOLS_CLIENT_METADATA): they"
                    + " have to register.");
    return unknown.isEmpty() ? pages : pages.withHint(ReasonCode.CLIENT_UNKNOWN, unknown.strip());
  }
}
