package io.mcpauth.config;

import io.mcpauth.token.CredentialScheme;
import io.mcpauth.token.ProxyTokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The ways to prove oneself beside bearer tokens that settings name.
 *
 * @param settings what is set
 * @param mistakes what is wrong with it
 */
record SchemeSettings(Settings settings, Mistakes mistakes) {
  /** All of them; none where nothing is said, and the application may accept some in code. */
  List<CredentialScheme> schemes() {
    List<CredentialScheme> all = new ArrayList<>();
    add(all, new CertificateSettings(settings)::scheme);
    add(all, new ProxyTokenSettings(settings)::scheme);
    return all;
  }

  /** Those of a proxy in front, or null. */
  @Nullable ProxyTokens proxyTokens() {
    return collected(new ProxyTokenSettings(settings)::scheme);
  }

  private void add(
      List<CredentialScheme> all, Supplier<? extends @Nullable CredentialScheme> part) {
    CredentialScheme scheme = collected(part);
    if (scheme != null) {
      all.add(scheme);
    }
  }

  private <T extends CredentialScheme> @Nullable T collected(Supplier<? extends @Nullable T> part) {
    return mistakes
        .collect(Optional.<T>empty(), () -> Optional.<T>ofNullable(part.get()))
        .orElse(null);
  }
}
