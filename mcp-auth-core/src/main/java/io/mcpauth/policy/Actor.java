package io.mcpauth.policy;

import io.mcpauth.error.AuthException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Who acts for the subject of a token, as its issuer says in {@code act} (RFC 8693 section 4.1).
 *
 * @param issuer the {@code iss} of the claim; where it names none, that of the token
 * @param subject its {@code sub}, or null
 * @param clientId its {@code client_id}, or null; of a current actor not both are null
 * @param next who acted before, at most seven; decides nothing and is for the record alone. Null
 *     where nobody did, or where the claim goes on in a form that cannot be read
 */
public record Actor(
    String issuer, @Nullable String subject, @Nullable String clientId, @Nullable Actor next) {

  /** The client, or where there is none the subject: what rules name. */
  String name() {
    return clientId != null ? clientId : String.valueOf(subject);
  }

  /** Whether it is the same one, whoever acted before. */
  public boolean isSameAs(Actor other) {
    return issuer.equals(other.issuer)
        && Objects.equals(subject, other.subject)
        && Objects.equals(clientId, other.clientId);
  }

  /**
   * The clients of this actor and those before, for a log: a subject may be personal and is left
   * out.
   */
  public List<String> clients() {
    List<String> clients = new ArrayList<>();
    for (Actor actor = this; actor != null; actor = actor.next) {
      clients.add(actor.clientId == null ? "?" : AuthException.fitForLog(actor.clientId));
    }
    return List.copyOf(clients);
  }

  /** Issuer and clients; subjects may be personal and stay out of logs. */
  @Override
  public String toString() {
    return "Actor[issuer=" + AuthException.fitForLog(issuer) + ", clients=" + clients() + "]";
  }
}
