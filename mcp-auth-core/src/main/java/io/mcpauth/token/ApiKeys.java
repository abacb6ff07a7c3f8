package io.mcpauth.token;

import io.mcpauth.edge.AccessRequest;
import io.mcpauth.internal.net.SetOnce;
import io.mcpauth.key.IssuedKey;
import io.mcpauth.key.KeyControl;
import io.mcpauth.key.NodeKeys;
import io.mcpauth.policy.LivePolicy;
import io.mcpauth.policy.Scheme;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * API keys that {@link KeyControl} issues, sent as bearer tokens, and in a header of their own
 * where one is named: {@code ResourceServerBuilder.accept(ApiKeys.shared().inHeader("X-API-Key"))}.
 * They are told from tokens by their prefix alone, and a key header beside {@code Authorization} is
 * a 400.
 *
 * <pre>{@code
 * builder.store(store).accept(ApiKeys.shared()); // keys that KeyControl makes in that store
 * }</pre>
 *
 * <p>A caller with a key has the scheme {@code ApiKey}, the name of the key as its client id, its
 * owner as subject, and the resource with {@code #local} behind it as issuer. A key that was
 * revoked or has ended is refused from then on, within a second on other nodes, and ends what it
 * has begun.
 *
 * <p>Does not check: who sends a key. Whoever has its text may use it, as a bearer token.
 */
public final class ApiKeys extends CredentialScheme {
  private final @Nullable Path file;
  private final @Nullable String header;
  private final @Nullable String prefix;

  private ApiKeys(@Nullable Path file, @Nullable String header, @Nullable String prefix) {
    this.file = file;
    this.header = header;
    this.prefix = prefix;
  }

  /** The keys in the store of the server, which all nodes with that store accept. */
  public static ApiKeys shared() {
    return new ApiKeys(null, null, null);
  }

  /**
   * The keys in a file, which is read when the server is built and looked at each second; a file
   * that became unreadable or wrong changes nothing, and is an error in the log. When a key was
   * last in use is not kept.
   *
   * <p>Where the file is missing or wrong at the start, building the server throws {@link
   * IllegalArgumentException}.
   *
   * @param file as {@link KeyControl#inFile} writes it; links are followed each time
   */
  public static ApiKeys inFile(Path file) {
    return new ApiKeys(file, null, null);
  }

  /**
   * Takes keys in a header of their own too.
   *
   * @param name such as {@code X-API-Key}: letters, digits and hyphens
   * @throws IllegalArgumentException if it is none, says something else already, or was set before
   */
  public ApiKeys inHeader(String name) {
    SetOnce.require(header == null, "The header of API keys");
    CredentialHeader.require(name, "X-API-Key");
    return new ApiKeys(file, name, prefix);
  }

  /**
   * With what the keys begin, before an underscore: {@code mcp} unless this is called. The same has
   * to be said where they are made ({@link KeyControl#prefix}).
   *
   * @param prefix 2 to 16 letters and digits, a letter first
   * @throws IllegalArgumentException if it is none, or was set before
   */
  public ApiKeys prefix(String prefix) {
    SetOnce.require(this.prefix == null, "The prefix of API keys");
    NodeKeys.requirePrefix(prefix);
    return new ApiKeys(file, header, prefix);
  }

  @Override
  Set<Scheme> schemes() {
    return Set.of(Scheme.API_KEY);
  }

  @Override
  boolean isLocal() {
    return true;
  }

  @Override
  void read(CredentialReader.Rules rules) {
    rules.keys(prefixed() + "_", header);
  }

  @Override
  Set<String> headers() {
    String name = header;
    return name == null ? Set.of() : Set.of(name.toLowerCase(Locale.ROOT));
  }

  @Override
  Set<String> pageHeaders() {
    return headers();
  }

  @Override
  Running start(Parts parts) {
    Path from = file;
    NodeKeys keys =
        from == null ? NodeKeys.of(parts.store(), parts.clock()) : NodeKeys.of(from, parts.clock());
    IssuedKeys issued = new IssuedKeys(keys, prefixed(), parts.local());
    return new Running(
        List.of(new ByKey(issued)), List.of(), keys.copy(), keys::onEnd, keys::close);
  }

  private String prefixed() {
    String own = prefix;
    return own == null ? KeyControl.DEFAULT_PREFIX : own;
  }

  /** Proves whoever sends a key as such. */
  private record ByKey(IssuedKeys keys) implements Authentication<Credential.Key> {
    @Override
    public Class<Credential.Key> credential() {
      return Credential.Key.class;
    }

    @Override
    public Authenticator.Outcome prove(
        Credential.Key credential, AccessRequest request, LivePolicy.Generation generation) {
      return keys.prove(credential.key(), IssuedKey.Use.KEY, null, Scheme.API_KEY, generation);
    }
  }
}
