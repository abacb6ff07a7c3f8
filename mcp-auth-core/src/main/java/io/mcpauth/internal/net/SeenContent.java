package io.mcpauth.internal.net;

import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The content that a file had at the last look. A change is noticed by the content: neither the
 * time of a file nor the events of a file system tell of a link that was swapped above it, which is
 * how Kubernetes updates a mounted volume. For one thread at a time.
 */
public final class SeenContent {
  private final Supplier<byte[]> file;
  private byte[] seen;
  private @Nullable String unreadable;

  /**
   * A file that has been read.
   *
   * @param file reads it; throws {@code IllegalArgumentException} where it cannot be read
   * @param seen what it had
   */
  public SeenContent(Supplier<byte[]> file, byte[] seen) {
    this.file = file;
    this.seen = seen;
  }

  /**
   * Looks at the file. A content is returned once, one that proves bad too, and a problem told
   * once, until it is another one or was gone.
   *
   * @param problem told why it cannot be read
   * @param readableAgain called where it could not be read the last time
   * @return what it has now, or null where that is what it had, or it cannot be read
   */
  public byte @Nullable [] ifChanged(Consumer<String> problem, Runnable readableAgain) {
    byte[] content;
    try {
      content = file.get();
    } catch (IllegalArgumentException e) {
      String why = String.valueOf(e.getMessage());
      if (!why.equals(unreadable)) {
        unreadable = why;
        problem.accept(why);
      }
      return null;
    }
    if (unreadable != null) {
      unreadable = null;
      readableAgain.run();
    }
    return isNew(content) ? content : null;
  }

  /** Takes what was read besides for the content of the last look; whether it is another one. */
  public boolean isNew(byte[] content) {
    boolean same = Arrays.equals(content, seen);
    seen = content;
    unreadable = null;
    return !same;
  }
}
