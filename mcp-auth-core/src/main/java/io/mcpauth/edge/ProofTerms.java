package io.mcpauth.edge;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What clients have to know to make a DPoP proof. Part of the machinery behind {@code
 * ResourceServer}; applications do not need it.
 *
 * @param algorithms those of proofs, the best first (RFC 9449 section 7.1); none where proofs are
 *     not accepted
 * @param nonce gives what the next proof has to repeat (RFC 9449 section 9), or null where that is
 *     not asked for
 */
public record ProofTerms(List<String> algorithms, Supplier<@Nullable String> nonce) {
  /** Those of a server that accepts no proofs. */
  public static final ProofTerms NONE = new ProofTerms(List.of(), () -> null);

  /** Copies the list. */
  public ProofTerms {
    algorithms = List.copyOf(algorithms);
  }
}
