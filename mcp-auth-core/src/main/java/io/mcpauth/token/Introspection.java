package io.mcpauth.token;

import io.mcpauth.client.ClientAuthentication;
import io.mcpauth.client.TokenQuestion;
import io.mcpauth.internal.net.ConfiguredUrl;
import io.mcpauth.internal.net.SetOnce;
import java.net.URI;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How an authorization server is asked about its tokens (RFC 7662): who asks, where, and for how
 * long an answer is kept. Given to {@link AuthorizationServer#introspectedBy} or {@link
 * AuthorizationServer#alsoIntrospectedBy}. Immutable; nothing prints a secret.
 *
 * <pre>{@code
 * AuthorizationServer asked =
 *     AuthorizationServer.of("https://login.example.com")
 *         .introspectedBy(
 *             Introspection.with(ClientAuthentication.secretBasic("file-tools", secret))
 *                 .keptFor(Duration.ofSeconds(30)));
 * }</pre>
 *
 * <p>The token goes into the body of a POST, to this one server, and nowhere else. An answer has to
 * say {@code "active": true}; issuer, audience, lifetime and kind of what else it says are judged
 * as those of every token. An answer without {@code iss} is that of the server that was asked; one
 * without {@code aud} is good only by {@link AuthorizationServer#trustClientIdInsteadOfAudience}.
 *
 * <p>A server is asked at most 50 times a second ({@link #askAtMost}), 16 times at once; 32 further
 * callers may wait for that, none of them longer than {@code OutboundConnections.timeout()}. What
 * is beyond gets a 503 without delay. A part of each is for tokens that were good before, so that
 * strangers cannot take it all. That a token is not good is remembered for 5 seconds, for 10,000
 * tokens at most; a failure is not.
 *
 * <p>Does not check: that the client which asks is registered for this server alone.
 */
public final class Introspection {
  /** For how long an answer is kept unless something else is said. */
  static final Duration KEPT_FOR = Duration.ofMinutes(1);

  /** How often a server is asked in a second unless something else is said. */
  static final int MOST_A_SECOND = 50;

  private static final int HIGHEST_RATE = 1000;

  private final Inquiry inquiry;
  private final Config config;

  /** What may be set once each. Changed only while {@link #with(Consumer)} makes a copy. */
  private static final class Config {
    private @Nullable URI endpoint;
    private boolean plainHttp;
    private @Nullable Duration keptFor;
    private int mostASecond;
    private boolean signedAlone;
    private boolean withoutEnd;

    Config() {}

    Config(Config from) {
      endpoint = from.endpoint;
      plainHttp = from.plainHttp;
      keptFor = from.keptFor;
      mostASecond = from.mostASecond;
      signedAlone = from.signedAlone;
      withoutEnd = from.withoutEnd;
    }
  }

  private Introspection(Inquiry inquiry, Config config) {
    this.inquiry = inquiry;
    this.config = config;
  }

  /**
   * Asks by RFC 7662, at the {@code introspection_endpoint} of the metadata unless {@link #at} says
   * otherwise. Where the metadata says that answers can be signed, signed ones are asked for (RFC
   * 9701).
   *
   * @param client who asks: {@code client_secret_basic}, {@code client_secret_post} or {@code
   *     private_key_jwt}
   * @throws IllegalArgumentException if it does not prove itself (RFC 7662 section 2.1)
   */
  public static Introspection with(ClientAuthentication client) {
    TokenQuestion.requireProof(client);
    return new Introspection(new StandardInquiry(client), new Config());
  }

  /**
   * Asks GitHub, which has no RFC 7662: it says whether a token is one of this application's own.
   * Think twice: it says nothing of a resource, so every other server that gets tokens of the
   * application can use them here. Register an application for this server alone, and say so with
   * {@link AuthorizationServer#trustClientIdInsteadOfAudience}, without which the start stops.
   * Tokens without an end are good for as long as they are active.
   *
   * @param clientId the application, of either kind
   * @param secret a client secret of it
   * @throws IllegalArgumentException if one is blank, or has a control character
   */
  public static Introspection byGitHub(String clientId, String secret) {
    ClientAuthentication unused = ClientAuthentication.secretBasic(clientId, secret);
    Config endless = new Config();
    endless.withoutEnd = true;
    return new Introspection(new GitHubInquiry(clientId, secret), endless);
  }

  /**
   * Asks Google, which has no RFC 7662: its {@code tokeninfo} says which client a token is for.
   * Think twice: it says nothing of a resource, so every other server that gets tokens of the
   * client can use them here. Register a client for this server alone, and say so with {@link
   * AuthorizationServer#trustClientIdInsteadOfAudience}, without which the start stops. Clients
   * have to ask for the scope {@code openid}, or the answer names no user.
   */
  public static Introspection byGoogle() {
    return new Introspection(new GoogleInquiry(), new Config());
  }

  /**
   * The same, asking at this address instead of where the metadata says, which is then not read for
   * it. Its host may be private.
   *
   * @throws IllegalArgumentException if it is not https (or http on loopback), or was set before
   */
  public Introspection at(String endpoint) {
    requireNoEndpoint();
    URI uri =
        ConfiguredUrl.endpoint(
            "Introspection endpoint", endpoint, "https://login.example.com/introspect");
    return with(to -> to.endpoint = uri);
  }

  /**
   * As {@link #at}, over plain http and off loopback. Think twice: whoever is on the way reads
   * every token and the secret of this server, or answers that a token of his own making is good,
   * and is everybody from then on. RFC 7662 section 4 asks for TLS. It is for a provider inside a
   * cluster whose network is protected otherwise and that has no TLS there. It holds for this one
   * address, and one that is public is refused when it is connected to.
   *
   * @throws IllegalArgumentException if it is not http, or the address was set before
   */
  public Introspection atOverPlainHttpInsideTheCluster(String endpoint) {
    requireNoEndpoint();
    URI uri = ConfiguredUrl.plainHttp("Introspection endpoint", endpoint);
    return with(
        to -> {
          to.endpoint = uri;
          to.plainHttp = true;
        });
  }

  /**
   * The same, whose good answers are kept for so long, one minute without this, and never past the
   * end of the token. It is the bound for revocation: a token that the provider ends is refused
   * here that much later at most. A stream that runs goes on until the end of its token. Cut-offs
   * of this side take effect at once all the same, on streams too.
   *
   * @param longest up to 5 minutes; zero to ask for each request
   * @throws IllegalArgumentException if it is out of range, or was set before
   */
  public Introspection keptFor(Duration longest) {
    SetOnce.require(config.keptFor == null, "How long answers are kept");
    if (longest.isNegative() || longest.compareTo(KeptVerdicts.LONGEST) > 0) {
      throw new IllegalArgumentException(
          "Answers cannot be kept for "
              + longest
              + ". Write a duration from zero to "
              + KeptVerdicts.LONGEST
              + ".");
    }
    return with(to -> to.keptFor = longest);
  }

  /**
   * The same, asking at most so often in a second, 50 without this: each token that is not kept, or
   * no longer, takes one. A fifth of them, rounded down, is for tokens that were good when they
   * were last asked about. What is beyond gets a 503 without delay.
   *
   * @param aSecond 1 to 1,000
   * @throws IllegalArgumentException if it is out of range, or was set before
   */
  public Introspection askAtMost(int aSecond) {
    SetOnce.require(config.mostASecond == 0, "How often tokens are asked about");
    if (aSecond < 1 || aSecond > HIGHEST_RATE) {
      throw new IllegalArgumentException(
          "Asking " + aSecond + " times a second is out of range. Write 1 to 1000.");
    }
    return with(to -> to.mostASecond = aSecond);
  }

  /**
   * The same, taking signed answers alone (RFC 9701), whether or not the metadata says that there
   * are some. Without this an unsigned one will do, since it comes over TLS.
   *
   * @throws IllegalArgumentException if it was set before, or the provider has none
   */
  public Introspection expectSignedAnswers() {
    SetOnce.require(!config.signedAlone, "That answers have to be signed");
    if (!(inquiry instanceof StandardInquiry)) {
      throw new IllegalArgumentException(
          "This provider signs no answers. Leave expectSignedAnswers out.");
    }
    return with(to -> to.signedAlone = true);
  }

  /**
   * The same, for a provider whose answers have no {@code exp}: a token is then good until its
   * answer has been kept for as long as it may be, and is asked about again. Think twice: such a
   * token lasts until somebody revokes it, whatever {@code maxTokenLifetime} says. Without this an
   * answer that names no end is refused.
   *
   * @throws IllegalArgumentException if it was set before
   */
  public Introspection acceptTokensWithoutExpiryForAsLongAsTheyAreActive() {
    SetOnce.require(!config.withoutEnd, "That tokens without expiry are accepted");
    return with(to -> to.withoutEnd = true);
  }

  Inquiry inquiry() {
    return inquiry;
  }

  /** Where it is configured to ask, or null where the metadata says so. */
  @Nullable URI endpoint() {
    URI configured = config.endpoint;
    return configured == null ? inquiry.endpoint() : configured;
  }

  boolean plainHttp() {
    return config.plainHttp;
  }

  Duration keptFor() {
    Duration said = config.keptFor;
    return said == null ? KEPT_FOR : said;
  }

  int mostASecond() {
    return config.mostASecond == 0 ? MOST_A_SECOND : config.mostASecond;
  }

  boolean signedAlone() {
    return config.signedAlone;
  }

  boolean withoutEnd() {
    return config.withoutEnd;
  }

  private void requireNoEndpoint() {
    SetOnce.require(config.endpoint == null, "The introspection endpoint");
  }

  private Introspection with(Consumer<Config> change) {
    Config changed = new Config(config);
    change.accept(changed);
    return new Introspection(inquiry, changed);
  }

  /** Who asks, and where. */
  @Override
  public String toString() {
    URI known = endpoint();
    return "Introspection["
        + (inquiry.clientId() == null ? "nobody" : inquiry.clientId())
        + ", "
        + (known == null ? "where the metadata says" : known)
        + "]";
  }
}
