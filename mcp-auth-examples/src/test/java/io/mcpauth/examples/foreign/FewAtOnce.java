package io.mcpauth.examples.foreign;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.crypto.password.PasswordEncoder;

/**
 * A password encoder that works on half of the processors: a wrong password is the dearest thing
 * that a stranger can send here, and meant to be.
 */
record FewAtOnce(PasswordEncoder encoder, Semaphore running) implements PasswordEncoder {
  FewAtOnce(PasswordEncoder encoder) {
    this(encoder, new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / 2)));
  }

  @Override
  public @Nullable String encode(@Nullable CharSequence raw) {
    return working(() -> encoder.encode(raw));
  }

  /**
   * Whether a password is the one that was encoded.
   *
   * @throws AuthenticationServiceException where others have been asking for a second
   */
  @Override
  public boolean matches(@Nullable CharSequence raw, @Nullable String encoded) {
    return working(() -> encoder.matches(raw, encoded));
  }

  private <T extends @Nullable Object> T working(Supplier<T> work) {
    if (running.getQueueLength() > 8 || !acquired()) {
      throw new AuthenticationServiceException("Too many logins at the moment");
    }
    try {
      return work.get();
    } finally {
      running.release();
    }
  }

  private boolean acquired() {
    try {
      return running.tryAcquire(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
