package io.mcpauth.examples.authserver;

import io.mcpauth.error.ReasonCode;
import io.mcpauth.issuer.OAuthPages;

/** The pages of the library, with what helps at a server that runs on the user's own machine. */
final class LocalPages {
  private LocalPages() {}

  static OAuthPages of(boolean takesDocuments) {
    OAuthPages pages =
        OAuthPages.standard()
            .withHint(
                ReasonCode.CLIENT_DOCUMENT_UNAVAILABLE,
                "The log of this server says why. If it cannot reach the web, start it with"
                    + " FILE_TOOLS_CLIENT_METADATA=false, remove the saved login of this server in"
                    + " your client and connect again: it then registers.");
    return pages.withHint(
        ReasonCode.CLIENT_UNKNOWN,
        takesDocuments
            ? "The development server forgets its clients when it stops."
            : "The development server forgets its clients when it stops. It takes no metadata"
                + " documents of clients (FILE_TOOLS_CLIENT_METADATA): they have to register.");
  }
}
