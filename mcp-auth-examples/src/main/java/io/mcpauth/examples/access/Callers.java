package io.mcpauth.examples.access;

import io.mcpauth.access.AccessTarget;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whom a command is about, by its options. */
final class Callers {
  @Option(names = "--client", paramLabel = "C", description = "the client, by its id")
  private @Nullable String client;

  @Option(names = "--subject", paramLabel = "S", description = "the user, by the sub of the tokens")
  private @Nullable String subject;

  @Option(
      names = "--issuer",
      paramLabel = "I",
      description =
          "the iss of the tokens, for keys the resource with #local behind it; may be left out"
              + " where one is configured")
  private @Nullable String issuer;

  /** Whether anybody is named. */
  boolean named() {
    return client != null || subject != null || issuer != null;
  }

  /** Whether a client or a user is. */
  boolean inPart() {
    return client != null || subject != null;
  }

  /**
   * What the options say: a target for each of the issuers that are meant.
   *
   * @param configured the issuers of the settings
   * @throws IllegalArgumentException if the issuer has to be named, or nobody can have such a name
   */
  List<AccessTarget> targets(KnownIssuers configured) {
    return issuers(configured).stream().map(this::target).toList();
  }

  private AccessTarget target(String of) {
    if (client != null) {
      return subject == null
          ? AccessTarget.client(of, client)
          : AccessTarget.clientOfSubject(of, subject, client);
    }
    return subject == null ? AccessTarget.issuer(of) : AccessTarget.subject(of, subject);
  }

  /** Those that are meant: see {@link KnownIssuers#meant}. */
  Set<String> issuers(KnownIssuers configured) {
    return configured.meant(issuer);
  }
}
