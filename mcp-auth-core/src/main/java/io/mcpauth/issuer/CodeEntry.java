package io.mcpauth.issuer;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the store has of a code: what was allowed, until it is taken; then which grant it began, for
 * as long as it may come again.
 *
 * @param code null once it was taken
 * @param grantId of the grant that it began, or is about to begin; null until it is taken
 * @param again whether it has come again: then its grant has ended, also one that is just made
 */
record CodeEntry(String clientId, @Nullable Code code, @Nullable String grantId, boolean again) {
  static CodeEntry of(Code code) {
    return new CodeEntry(code.clientId(), code, null, false);
  }

  CodeEntry taken(String grant) {
    return new CodeEntry(clientId, null, grant, false);
  }

  CodeEntry comeAgain() {
    return new CodeEntry(clientId, null, grantId, true);
  }

  String json() {
    Members members = Members.empty().with("client_id", clientId);
    Code fresh = code;
    if (fresh == null) {
      return members.with("grant", grantId).with("again", again ? true : null).json();
    }
    return members
        .with(fresh.user())
        .withScope("scope", fresh.scopes())
        .with("resource", fresh.resource())
        .with("redirect_uri", fresh.redirectUri())
        .with("code_challenge", fresh.challenge())
        .with("auth_time", fresh.authTime())
        .with("dpop_jkt", fresh.dpopKey())
        .with("created", fresh.createdAt())
        .json();
  }

  static CodeEntry read(String value) {
    Members members = Members.of(value);
    String clientId = members.text("client_id");
    String grant = members.textOrNull("grant");
    if (grant != null) {
      return new CodeEntry(clientId, null, grant, members.has("again"));
    }
    User user = members.user();
    if (user == null) {
      throw Members.unreadable("'sub' is missing");
    }
    Instant authTime = members.timeOrNull("auth_time");
    Code code =
        new Code(
            clientId,
            user,
            members.scope("scope"),
            members.text("resource"),
            members.text("redirect_uri"),
            members.text("code_challenge"),
            authTime,
            members.textOrNull("dpop_jkt"),
            members.timeOrNull("created"));
    return new CodeEntry(clientId, code, null, false);
  }

  @Override
  public String toString() {
    return "CodeEntry[" + clientId + ", taken=" + (code == null) + "]";
  }
}
