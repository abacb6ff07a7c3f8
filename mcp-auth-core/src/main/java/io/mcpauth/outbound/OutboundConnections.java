package io.mcpauth.outbound;

import io.mcpauth.internal.net.SetOnce;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the library reaches authorization servers: limits in time and bytes, an egress proxy, and
 * certificates that are trusted beside those of the JDK. One for keys, metadata, registration and
 * token requests alike. Immutable.
 *
 * <pre>{@code
 * builder.connections(
 *     OutboundConnections.builder()
 *         .proxy(EgressProxy.at("http://proxy.example.com:3128"))
 *         .timeout(Duration.ofSeconds(3))
 *         .build());
 * }</pre>
 *
 * <p>Documents and keys that strangers name (client id metadata documents) keep tighter limits of
 * their own; proxy and certificates hold for them as well.
 *
 * <p>Does not check: that the proxy can be reached.
 */
public final class OutboundConnections {
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(1);
  private static final int DEFAULT_BYTES = 512 * 1024;
  private static final int LEAST_BYTES = 1024;
  private static final int MOST_BYTES = 16 * 1024 * 1024;

  private final Duration timeout;
  private final int maxBytes;
  private final @Nullable EgressProxy proxy;
  private final List<X509Certificate> certificates;

  private OutboundConnections(Builder builder) {
    this.timeout = builder.timeout == null ? DEFAULT_TIMEOUT : builder.timeout;
    this.maxBytes = builder.maxBytes == null ? DEFAULT_BYTES : builder.maxBytes;
    this.proxy = builder.proxySet ? builder.proxy : EgressProxy.ofSystem();
    this.certificates = builder.certificates == null ? List.of() : builder.certificates;
  }

  /**
   * 5 seconds and 512 KiB for each answer, the certificates of the JDK, and the proxy of the
   * system: {@code https.proxyHost}, else {@code HTTPS_PROXY}.
   *
   * @throws IllegalArgumentException if the proxy of the system is none that can be used
   */
  public static OutboundConnections defaults() {
    return builder().build();
  }

  /** A builder; what is not set is as in {@link #defaults()}. */
  public static Builder builder() {
    return new Builder();
  }

  /** For a whole exchange: the wait for a place, name, connection, TLS, headers and body. */
  public Duration timeout() {
    return timeout;
  }

  /** The largest body of an answer, in bytes. */
  public int maxBytes() {
    return maxBytes;
  }

  /** The egress proxy, or null. */
  public @Nullable EgressProxy proxy() {
    return proxy;
  }

  /** The certificates that are trusted beside those of the JDK. */
  public List<X509Certificate> trustedCertificates() {
    return certificates;
  }

  /** The limits and the proxy, without its credentials. */
  @Override
  public String toString() {
    return "OutboundConnections[" + timeout + ", " + maxBytes + " bytes, " + proxy + "]";
  }

  /** Collects how servers are reached. Each may be set once. */
  public static final class Builder {
    private @Nullable Duration timeout;
    private @Nullable Integer maxBytes;
    private boolean proxySet;
    private @Nullable EgressProxy proxy;
    private @Nullable List<X509Certificate> certificates;

    private Builder() {}

    /**
     * The most time of an exchange: 5 seconds without this. A caller whose token needs keys that
     * are not there yet waits 10 seconds at most, and is asked to come back.
     *
     * @throws IllegalArgumentException if it is not within one second and one minute, or was set
     */
    public Builder timeout(Duration most) {
      SetOnce.require(timeout == null, "The timeout");
      if (most.compareTo(Duration.ofSeconds(1)) < 0 || most.compareTo(LONGEST_TIMEOUT) > 0) {
        throw new IllegalArgumentException(
            "A timeout of " + most + " is out of range. Write one second to " + LONGEST_TIMEOUT);
      }
      timeout = most;
      return this;
    }

    /**
     * The largest answer: 524288 bytes without this.
     *
     * @throws IllegalArgumentException if it is not within 1024 and 16777216, or was set
     */
    public Builder maxBytes(int most) {
      SetOnce.require(maxBytes == null, "The largest answer");
      if (most < LEAST_BYTES || most > MOST_BYTES) {
        throw new IllegalArgumentException(
            most + " bytes are out of range. Write " + LEAST_BYTES + " to " + MOST_BYTES + ".");
      }
      maxBytes = most;
      return this;
    }

    /**
     * The egress proxy, instead of the system's.
     *
     * @throws IllegalArgumentException if it was set
     */
    public Builder proxy(EgressProxy through) {
      SetOnce.require(!proxySet, "The proxy");
      proxySet = true;
      proxy = through;
      return this;
    }

    /**
     * No proxy, whatever the system says.
     *
     * @throws IllegalArgumentException if one was set
     */
    public Builder withoutProxy() {
      SetOnce.require(!proxySet, "The proxy");
      proxySet = true;
      return this;
    }

    /**
     * Trusts the certificates of a file beside those of the JDK, for a private certificate
     * authority. The name in a certificate is compared all the same. To trust nothing else, use the
     * JDK's {@code javax.net.ssl.trustStore} instead.
     *
     * @param file PEM with one or more certificates, or a PKCS #12 or JKS store
     * @param password of the store, or null where it has none; of no use with PEM
     * @throws IllegalArgumentException if it cannot be read or has no certificate; the message does
     *     not show the password
     */
    public Builder trustStore(Path file, @Nullable String password) {
      SetOnce.require(certificates == null, "The trust store");
      certificates = TrustFile.read(file, password);
      return this;
    }

    /**
     * The connections.
     *
     * @throws IllegalArgumentException if no proxy was set, and that of the system is none that can
     *     be used
     */
    public OutboundConnections build() {
      return new OutboundConnections(this);
    }
  }
}
