package io.mcpauth.token;

import io.mcpauth.client.TokenTarget;
import io.mcpauth.internal.net.SetOnce;
import io.mcpauth.key.KeyControl;
import io.mcpauth.key.NodeKeys;
import io.mcpauth.policy.Scheme;
import java.nio.file.Path;
import java.util.Set;

/**
 * Service accounts that show their id and secret with each request, by HTTP Basic (RFC 7617), for
 * callers that can do no better: {@code curl -u id:secret}. A secret in each request is a secret in
 * each log that is careless, so whoever can get a token should. They reach what rules leave to
 * every scheme, and what rules name for the scheme {@code Basic}.
 *
 * <pre>{@code
 * builder.store(store).accept(BasicCredentials.ofIssuedKeys());
 * }</pre>
 *
 * <p>Id and secret are in UTF-8 and taken as they are, without the form-encoding of RFC 6749
 * section 2.3.1. No challenge names the scheme: a browser would ask its user for a password.
 *
 * <p>With {@link #exchangedAt} the authorization server is asked for a token with the id and the
 * secret (RFC 6749 section 4.4), and that token is verified as all its others are. It then stands
 * for the two until shortly before it ends, and five minutes at most: so long a secret that was
 * withdrawn at the server is still good here, and so long one whose token was cut off here is
 * refused; an account that is denied here is out at once. A refusal is repeated to the same id and
 * secret for 30 seconds without asking. For callers that have not proven the same before, the
 * server is asked 20 times a second at most, 4 at once, and 5 times a minute about one id, so that
 * nobody can guess at an account or have it locked through this server; what is beyond is a 503.
 * Who floods an id can so keep it from its first login on this node; who has proven himself since
 * the start is not held up.
 *
 * <p>Immutable.
 */
public final class BasicCredentials extends CredentialScheme {
  private final BasicSource source;
  private final boolean prefixed;

  private BasicCredentials(BasicSource source, boolean prefixed) {
    this.source = source;
    this.prefixed = prefixed;
  }

  /**
   * Accounts whose id is the name, and whose secret is the text, of a key that {@link KeyControl}
   * issued for {@code IssuedKey.Use.BASIC} in the store of the server. A key for another use is
   * none here, and one for this use is no bearer token: what begins as keys do is taken for no
   * token, so that no authorization server is asked about it. Its callers have the name of the key
   * as their client id, its owner as subject, and the resource with {@code #local} behind it as
   * issuer. A key that was revoked is refused from then on, within a second on other nodes.
   */
  public static BasicCredentials ofIssuedKeys() {
    return new BasicCredentials(new BasicSource.Issued(null, KeyControl.DEFAULT_PREFIX), false);
  }

  /**
   * The same with the keys in a file, which is read when the server is built and looked at each
   * second, as {@link ApiKeys#inFile} has it.
   *
   * @param file as {@link KeyControl#inFile} writes it
   */
  public static BasicCredentials ofIssuedKeysIn(Path file) {
    return new BasicCredentials(new BasicSource.Issued(file, KeyControl.DEFAULT_PREFIX), false);
  }

  /**
   * Accounts that are clients of an authorization server. It is asked with {@code resource} (RFC
   * 8707), where its profile says that it can write that into {@code aud}, and without {@code
   * scope}.
   *
   * @param issuer one of the authorization servers of the resource server; building that throws
   *     {@link IllegalArgumentException} where it is none
   * @throws IllegalArgumentException if its tokens are of many tenants, which have a token endpoint
   *     each
   */
  public static BasicCredentials exchangedAt(AuthorizationServer issuer) {
    if (issuer.template() != null) {
      throw new IllegalArgumentException(
          "'"
              + issuer.issuer()
              + "' is for many tenants, so nobody can say where ids and secrets are exchanged."
              + " Configure the issuer of one tenant.");
    }
    return new BasicCredentials(new BasicSource.AtServer(issuer, Set.of(), null), false);
  }

  /**
   * The same, asking the authorization server for these scopes: for those that give none unasked.
   *
   * @throws IllegalArgumentException if nothing is exchanged, no scope is named, one is none (RFC
   *     6749 section 3.3), or they were set before
   */
  public BasicCredentials withScopes(String... names) {
    BasicSource.AtServer at = exchange("scopes");
    SetOnce.require(at.scopes().isEmpty(), "The scopes of service accounts");
    if (names.length == 0) {
      throw new IllegalArgumentException(
          "No scope is named for service accounts. Name one, or leave withScopes out.");
    }
    Set<String> scopes = TokenTarget.unnamed().withScopes(names).scopes();
    return new BasicCredentials(
        new BasicSource.AtServer(at.server(), scopes, at.audience()), false);
  }

  /**
   * The same, asking the authorization server with {@code audience} instead of {@code resource}, as
   * Auth0 has it.
   *
   * @throws IllegalArgumentException if nothing is exchanged, it is blank, or it was set before
   */
  public BasicCredentials withAudience(String name) {
    BasicSource.AtServer at = exchange("audience");
    SetOnce.require(at.audience() == null, "The audience of service accounts");
    String audience = TokenTarget.unnamed().withAudience(name).audience();
    return new BasicCredentials(
        new BasicSource.AtServer(at.server(), at.scopes(), audience), false);
  }

  /**
   * The same with another prefix of the keys, as {@link ApiKeys#prefix} has it.
   *
   * @throws IllegalArgumentException if it is none, was set before, or the accounts have no keys
   */
  public BasicCredentials prefix(String prefix) {
    if (!(source instanceof BasicSource.Issued issued)) {
      throw new IllegalArgumentException(
          "Secrets that are exchanged at an authorization server have no prefix. Remove it.");
    }
    SetOnce.require(!prefixed, "The prefix of the keys of service accounts");
    NodeKeys.requirePrefix(prefix);
    return new BasicCredentials(new BasicSource.Issued(issued.file(), prefix), true);
  }

  private BasicSource.AtServer exchange(String what) {
    if (source instanceof BasicSource.AtServer at) {
      return at;
    }
    throw new IllegalArgumentException(
        "Keys are exchanged nowhere, so there is no "
            + what
            + " to ask for. Write exchangedAt, or leave it out.");
  }

  @Override
  Set<Scheme> schemes() {
    return Set.of(Scheme.BASIC);
  }

  @Override
  boolean isLocal() {
    return source instanceof BasicSource.Issued;
  }

  @Override
  void read(CredentialReader.Rules rules) {
    rules.basic();
    if (source instanceof BasicSource.Issued issued) {
      rules.secrets(issued.prefix() + "_");
    }
  }

  @Override
  Running start(Parts parts) {
    return source.start(parts);
  }

  /** Says where the accounts are. */
  @Override
  public String toString() {
    return source instanceof BasicSource.AtServer at
        ? "BasicCredentials[" + at.server() + ", " + at.scopes() + ", " + at.audience() + "]"
        : "BasicCredentials[keys]";
  }
}
