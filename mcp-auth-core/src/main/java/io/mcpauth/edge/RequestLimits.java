package io.mcpauth.edge;

/**
 * What requests may cost a resource server at one time, so that nobody can take what others need.
 * What is beyond gets a 503 with {@code Retry-After} at once.
 *
 * <pre>{@code
 * builder.limits(RequestLimits.defaults().withAnonymousRequests(16).withStreamsPerCaller(20));
 * }</pre>
 *
 * <p>Callers without a credential share what is set for them; what a proven caller has is its own,
 * by the name of its principal.
 *
 * @param bodyBytes the bytes of all bodies that are being read or judged: an eighth of the heap by
 *     default, 8 MiB at least. A proven caller may have a half of them at once, all without a
 *     credential together a quarter. The first 8 KiB of bodies of proven callers are read in a
 *     sixteenth beside it as long as there is room, without a count for each caller
 * @param anonymousBodyBytes the largest body that is read without a credential: 64 KiB by default.
 *     A larger one is answered with the challenge, because it may be welcome after a login
 * @param anonymousRequests how many bodies are being read, and calls answered, at once for callers
 *     without a credential: 50 by default, which is a quarter of the 200 threads that Jetty and
 *     Tomcat have. Where the container has another number, write a quarter of that. Of a proven
 *     caller at most twice as many bodies are read at once; how many of its calls run is its own
 *     affair. Where signals from outside are received, as many of them are beside that, and as many
 *     again of senders that a fixed header has proven
 * @param streams the event streams that are open at once: 10,000 by default
 * @param streamsPerCaller how many of them a proven caller may have, and all without a credential
 *     together: 200 by default, and never more than a half of all
 */
public record RequestLimits(
    long bodyBytes,
    int anonymousBodyBytes,
    int anonymousRequests,
    int streams,
    int streamsPerCaller) {
  private static final long LEAST_BODY_BYTES = 8L * 1024 * 1024;

  /**
   * Limits.
   *
   * @throws IllegalArgumentException if one is not positive, or what is read without a credential
   *     is more than a quarter of the bytes for bodies
   */
  public RequestLimits {
    requirePositive("bodyBytes", bodyBytes);
    requirePositive("anonymousBodyBytes", anonymousBodyBytes);
    requirePositive("anonymousRequests", anonymousRequests);
    requirePositive("streams", streams);
    requirePositive("streamsPerCaller", streamsPerCaller);
    if (anonymousBodyBytes > bodyBytes / 4) {
      throw new IllegalArgumentException(
          "A body of "
              + anonymousBodyBytes
              + " bytes without a credential is more than a quarter of the "
              + bodyBytes
              + " bytes for all bodies, so none could be read. Write less for it, or more for"
              + " all.");
    }
  }

  /**
   * What is taken at the moment, and how often something was refused for it, for health pages and
   * metrics.
   *
   * @param bodyBytes the bytes of bodies that are being read or judged
   * @param requests how many bodies are being read, and calls without a credential answered
   * @param streams how many event streams are open
   * @param refusals how many requests got a 503 because a limit was reached
   */
  public record InUse(long bodyBytes, long requests, long streams, long refusals) {
    InUse plus(InUse other) {
      return new InUse(
          bodyBytes + other.bodyBytes,
          requests + other.requests,
          streams + other.streams,
          refusals + other.refusals);
    }
  }

  /** The limits that hold where nothing is set, for the heap of this virtual machine. */
  public static RequestLimits defaults() {
    long bytes = Math.max(LEAST_BODY_BYTES, Runtime.getRuntime().maxMemory() / 8);
    return new RequestLimits(bytes, 64 * 1024, 50, 10_000, 200);
  }

  /** With other {@link #bodyBytes}. */
  public RequestLimits withBodyBytes(long bytes) {
    return new RequestLimits(
        bytes, anonymousBodyBytes, anonymousRequests, streams, streamsPerCaller);
  }

  /** With other {@link #anonymousBodyBytes}. */
  public RequestLimits withAnonymousBodyBytes(int bytes) {
    return new RequestLimits(bodyBytes, bytes, anonymousRequests, streams, streamsPerCaller);
  }

  /** With other {@link #anonymousRequests}. */
  public RequestLimits withAnonymousRequests(int most) {
    return new RequestLimits(bodyBytes, anonymousBodyBytes, most, streams, streamsPerCaller);
  }

  /** With other {@link #streams}. */
  public RequestLimits withStreams(int most) {
    return new RequestLimits(
        bodyBytes, anonymousBodyBytes, anonymousRequests, most, streamsPerCaller);
  }

  /** With other {@link #streamsPerCaller}. */
  public RequestLimits withStreamsPerCaller(int most) {
    return new RequestLimits(bodyBytes, anonymousBodyBytes, anonymousRequests, streams, most);
  }

  private static void requirePositive(String what, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          what + " " + value + " lets nothing through. Write a positive number.");
    }
  }
}
