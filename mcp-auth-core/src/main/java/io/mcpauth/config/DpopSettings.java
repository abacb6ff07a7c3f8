package io.mcpauth.config;

import io.mcpauth.ResourceServerBuilder;
import io.mcpauth.seal.SealKeys;
import io.mcpauth.token.DpopProofs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Whether settings say that tokens may, or have to, be bound to a key of their client. */
final class DpopSettings {
  private static final List<Setting> OF_PROOFS =
      List.of(
          Setting.DPOP_NONCE,
          Setting.DPOP_NONCE_KEYS_FILE,
          Setting.DPOP_PROOF_LIFETIME_SECONDS,
          Setting.DPOP_SIGNING_ALGS);

  private static final int SHORTEST_SECONDS = 10;
  private static final int LONGEST_SECONDS = 15 * 60;

  private final Settings settings;
  private final boolean read;

  private DpopSettings(Settings settings, boolean read) {
    this.settings = settings;
    this.read = read;
  }

  /**
   * Sets it; where nothing is said, the application may do it in code.
   *
   * @param read whether a file of keys is read; without it the scheme is known, and no nonce
   */
  static void set(
      ResourceServerBuilder builder, Settings settings, boolean read, Mistakes mistakes) {
    mistakes.collect(() -> new DpopSettings(settings, read).set(builder));
  }

  private void set(ResourceServerBuilder builder) {
    String word = settings.value(Setting.DPOP);
    if (word == null) {
      settings.requireUnset(OF_PROOFS, "there is no " + Setting.DPOP.key());
      return;
    }
    DpopProofs proofs =
        switch (word) {
          case "accepted" -> DpopProofs.accepted();
          case "required" -> DpopProofs.required();
          default ->
              throw settings.wrong(
                  Setting.DPOP, "which says nothing. Write 'accepted' or 'required'.");
        };
    Duration lifetime =
        settings.seconds(Setting.DPOP_PROOF_LIFETIME_SECONDS, SHORTEST_SECONDS, LONGEST_SECONDS);
    if (lifetime != null) {
      proofs = proofs.withProofLifetime(lifetime);
    }
    String[] algorithms = settings.values(Setting.DPOP_SIGNING_ALGS).toArray(String[]::new);
    if (algorithms.length > 0) {
      DpopProofs known = proofs;
      proofs = settings.naming(Setting.DPOP_SIGNING_ALGS, () -> known.withSigningAlgs(algorithms));
    }
    DpopProofs all = withNonces(proofs);
    settings.naming(Setting.DPOP, () -> builder.accept(all));
  }

  private DpopProofs withNonces(DpopProofs proofs) {
    String file = settings.value(Setting.DPOP_NONCE_KEYS_FILE);
    if (!settings.flag(Setting.DPOP_NONCE)) {
      settings.requireUnset(
          List.of(Setting.DPOP_NONCE_KEYS_FILE), Setting.DPOP_NONCE.key() + " is not 'true'");
      return proofs;
    }
    if (file != null && !read) {
      return proofs;
    }
    if (file != null) {
      return settings.naming(
          Setting.DPOP_NONCE_KEYS_FILE, () -> proofs.withNonces(SealKeys.load(Path.of(file))));
    }
    Integer nodes = settings.number(Setting.NODES, 1, Integer.MAX_VALUE);
    if (nodes != null && nodes > 1) {
      throw new IllegalArgumentException(
          settings.at(Setting.DPOP_NONCE)
              + " gives each of "
              + nodes
              + " nodes nonces that the others refuse. Write "
              + Setting.DPOP_NONCE_KEYS_FILE.key()
              + ", the path of one file for all nodes.");
    }
    return proofs.withNonces(SealKeys.generated());
  }
}
