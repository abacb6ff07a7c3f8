package io.mcpauth.signals;

import io.mcpauth.token.IssuerSignatures;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whose events are heard: those of the authorization servers about their own users, and those of
 * transmitters about the users of one of them.
 *
 * @param servers the authorization servers
 * @param transmitters the transmitters
 * @param speaksOf the authorization server that each of them speaks of, by the issuer of the
 *     transmitter
 */
record Speakers(
    IssuerSignatures servers, IssuerSignatures transmitters, Map<String, String> speaksOf) {
  boolean isSpeaker(String issuer) {
    return transmitters.isIssuer(issuer) || servers.isIssuer(issuer);
  }

  /** Whether it has issued none of the tokens that it speaks of. */
  boolean isForeign(String issuer) {
    return transmitters.isIssuer(issuer);
  }

  /**
   * The {@code iss} of the access tokens that are meant; none where the speaker has no say in them.
   *
   * @param speaker the issuer of the event
   * @param subject the issuer that a subject names, or null
   */
  Set<String> tokenIssuers(String speaker, @Nullable String subject) {
    String server = speaksOf.get(speaker);
    if (server != null) {
      return servers.tokenIssuersOf(server, speaker.equals(subject) ? null : subject);
    }
    Set<String> issuers = servers.tokenIssuers(speaker);
    boolean own = subject == null || subject.equals(speaker);
    return own || issuers.contains(subject) ? issuers : Set.of();
  }

  void requireSigned(String token, String issuer) {
    (transmitters.isIssuer(issuer) ? transmitters : servers).requireSigned(token, issuer);
  }
}
