package io.mcpauth.issuer;

import io.mcpauth.error.ReasonCode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a page tells, and what its forms send back. */
public sealed interface OAuthPage {
  /**
   * Asks a user whether a client may have access.
   *
   * @param action where the form is sent, by POST
   * @param hidden fields that it sends back as they are
   * @param logout where "Not you? Log out." leads, by POST with the same fields; null where there
   *     is none
   * @param client its name, as it claims it
   * @param clientId its id
   * @param vouching who vouches for the name
   * @param host of the metadata document, for {@link Vouching#HOST}; else null
   * @param place where the user is sent to afterwards, as people read it
   * @param onThisComputer whether that is a program on the user's own computer
   * @param resource what the access is to
   * @param user who is asked
   * @param fresh what was not granted before
   * @param before what was, empty at the first time
   */
  record ConsentPage(
      String action,
      Map<String, String> hidden,
      @Nullable String logout,
      String client,
      String clientId,
      Vouching vouching,
      @Nullable String host,
      String place,
      boolean onThisComputer,
      String resource,
      String user,
      List<ScopeLine> fresh,
      List<ScopeLine> before)
      implements OAuthPage {}

  /** Who says that a client has its name. */
  enum Vouching {
    /** The operator of this server, who entered it. */
    OPERATOR,
    /** The host of its metadata document. */
    HOST,
    /** Nobody: it registered itself. */
    NOBODY
  }

  /**
   * A scope, as people read it.
   *
   * @param scope on the wire
   * @param name for people, or the scope where it has none
   * @param description in a sentence, or empty
   */
  record ScopeLine(String scope, String name, String description) {}

  /**
   * Says why nothing was granted, where a client cannot be told.
   *
   * @param reason why
   * @param title in a few words
   * @param text what happened, and what the user can do
   * @param onward a link that the user may follow to tell the client, or null
   * @param place where that leads, as people read it, or null
   */
  record ErrorPage(
      ReasonCode reason, String title, String text, @Nullable String onward, @Nullable String place)
      implements OAuthPage {}

  /**
   * The applications that a user has connected.
   *
   * @param action where the form of each is sent, by POST, with the hidden fields and its {@code
   *     grant}
   */
  record ApplicationsPage(
      String action,
      Map<String, String> hidden,
      @Nullable String logout,
      String user,
      List<Application> applications)
      implements OAuthPage {}

  /**
   * An application that a user has connected.
   *
   * @param grant the value of the field {@code grant}
   * @param since the day, such as {@code 2026-11-30}
   */
  record Application(
      String grant, String client, String clientId, List<ScopeLine> scopes, String since) {}

  /** Something for the user to know, such as that the login has ended. */
  record NoticePage(String title, String text) implements OAuthPage {}
}
