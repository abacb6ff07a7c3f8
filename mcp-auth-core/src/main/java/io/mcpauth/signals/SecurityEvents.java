package io.mcpauth.signals;

import io.mcpauth.internal.net.SetOnce;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * That security event tokens are received by push (RFC 8417, RFC 8935, OpenID Shared Signals
 * Framework 1.0): CAEP {@code session-revoked}, RISC {@code account-disabled}, {@code
 * account-purged} and {@code sessions-revoked}, and where that is asked for CAEP {@code
 * credential-change}, end the tokens of their subject that were issued before.
 *
 * <pre>{@code
 * builder.securityEvents(
 *     SecurityEvents.at("/events", "https://mcp.example.com/events")
 *         .withAuthorization("Bearer " + secret));
 * }</pre>
 *
 * <p>Accepted from the authorization servers of the resource server, with the keys of their access
 * tokens, and from the {@linkplain #fromTransmitter transmitters} that are named. Immutable.
 *
 * <p>Does not check: that the transmitter delivers. A stream that nobody has set up, or that was
 * paused, looks as one in which nothing happens; its verification event is in the log at DEBUG.
 */
public final class SecurityEvents {
  private final String path;
  private final Set<String> audiences;
  private final List<EventTransmitter> transmitters;
  private final byte @Nullable [] authorization;
  private final boolean credentialChange;

  private SecurityEvents(
      String path,
      Set<String> audiences,
      List<EventTransmitter> transmitters,
      byte @Nullable [] authorization,
      boolean credentialChange) {
    this.path = path;
    this.audiences = audiences;
    this.transmitters = List.copyOf(transmitters);
    this.authorization = authorization;
    this.credentialChange = credentialChange;
  }

  /**
   * Received at a path, for an audience.
   *
   * @param path within the web application, such as {@code /events}; its URL is the {@code
   *     endpoint_url} of the stream
   * @param audiences the {@code aud} values, one of which each token carries: that of the stream
   * @throws IllegalArgumentException if it is no such path, or there is no audience or a blank one
   */
  public static SecurityEvents at(String path, String... audiences) {
    return new SecurityEvents(
        SignalPath.checked(path),
        Audiences.named("audience of security events", audiences),
        List.of(),
        null,
        false);
  }

  /** The same, also from this transmitter; may be called for several. */
  public SecurityEvents fromTransmitter(EventTransmitter transmitter) {
    String issuer = transmitter.keys().issuer();
    SetOnce.require(
        transmitters.stream().noneMatch(known -> known.keys().issuer().equals(issuer)),
        "Transmitter '" + issuer + "'");
    List<EventTransmitter> all = new ArrayList<>(transmitters);
    all.add(transmitter);
    return new SecurityEvents(path, audiences, all, authorization, credentialChange);
  }

  /**
   * The same, and refuses what does not come with this {@code Authorization} header ({@code
   * authorization_header} of the stream's delivery), beside all other checks. Compared in constant
   * time.
   *
   * @param header the whole value, such as {@code Bearer } and a random word
   * @throws IllegalArgumentException if it is shorter than 16 characters, has others than visible
   *     ASCII and spaces, or was set before
   */
  public SecurityEvents withAuthorization(String header) {
    SetOnce.require(authorization == null, "The authorization of security events");
    boolean plain = header.chars().allMatch(c -> c >= ' ' && c < 0x7F);
    if (!plain || header.length() < 16 || !header.equals(header.strip())) {
      throw new IllegalArgumentException(
          "The authorization of security events has to have 16 characters or more of visible"
              + " ASCII. Write one such as 'Bearer ' and what 'openssl rand -base64 32' prints.");
    }
    return new SecurityEvents(
        path,
        audiences,
        transmitters,
        header.getBytes(StandardCharsets.US_ASCII),
        credentialChange);
  }

  /**
   * The same, and ends the user's tokens also where a credential was revoked or deleted (CAEP
   * {@code credential-change} with {@code change_type} {@code revoke} or {@code delete}). Off by
   * default: some providers send it for each change of a password.
   */
  public SecurityEvents onCredentialChange() {
    SetOnce.require(!credentialChange, "onCredentialChange");
    return new SecurityEvents(path, audiences, transmitters, authorization, true);
  }

  String path() {
    return path;
  }

  Set<String> audiences() {
    return audiences;
  }

  List<EventTransmitter> transmitters() {
    return transmitters;
  }

  boolean credentialChange() {
    return credentialChange;
  }

  boolean asksForAuthorization() {
    return authorization != null;
  }

  /** Whether these are the one line that is asked for, or none is asked for. */
  boolean isAuthorized(List<String> lines) {
    byte[] expected = authorization;
    if (expected == null) {
      return true;
    }
    byte[] found = (lines.size() == 1 ? lines.get(0) : "").getBytes(StandardCharsets.ISO_8859_1);
    return MessageDigest.isEqual(expected, found);
  }

  /** Without the header that is expected. */
  @Override
  public String toString() {
    return "SecurityEvents["
        + path
        + ", "
        + audiences
        + ", "
        + transmitters
        + (authorization == null ? "" : ", with authorization")
        + (credentialChange ? ", on credential change" : "")
        + "]";
  }
}
