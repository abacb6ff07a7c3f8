package io.mcpauth.examples.filetools;

import org.jspecify.annotations.Nullable;

/**
 * The answer to a file operation that was not carried out.
 *
 * <p>The message is fit for the caller: it holds the path as the caller wrote it and the words of
 * the {@link Reason}, and nothing about the world outside the root. The cause, where there is one,
 * is for the operator's log only, since the platform puts absolute paths into its messages.
 */
public final class FileRefusedException extends Exception {

  private static final long serialVersionUID = 1L;

  private static final int SHOWN_PATH = 200;

  /** Why, as a stable code. */
  private final Reason reason;

  FileRefusedException(Reason reason, String path, @Nullable Throwable cause) {
    super("'" + shown(path) + "': " + reason.words, cause);
    this.reason = reason;
  }

  FileRefusedException(Reason reason, String path) {
    this(reason, path, null);
  }

  /**
   * Tells why the operation was refused.
   *
   * @return the stable code
   */
  public Reason reason() {
    return reason;
  }

  private static String shown(String path) {
    return PrintableText.of(
        path.length() <= SHOWN_PATH ? path : path.substring(0, SHOWN_PATH) + "...");
  }

  /** The reasons for a refusal. */
  public enum Reason {
    /** The path starts with a slash. */
    ABSOLUTE_PATH("absolute paths are not allowed; write it relative to the root directory"),
    /** The path has a {@code ..} segment. */
    PARENT_SEGMENT("'..' is not allowed in a path"),
    /** The path has a backslash. */
    BACKSLASH("backslashes are not allowed in a path; separate names with '/'"),
    /** The path is too long, has a NUL or a name that this system cannot hold. */
    INVALID_NAME("not a path that this system can hold"),
    /** Nothing is there. */
    NOT_FOUND("no such file or directory"),
    /** A directory is needed, and something else is there. */
    NOT_A_DIRECTORY("not a directory"),
    /** A regular file is needed, and something else is there. */
    NOT_A_FILE("not a regular file"),
    /** A symbolic link is on the way, wherever it leads. */
    LINK("symbolic links are not followed"),
    /** The file carries the platform's read-only mark. */
    READ_ONLY("the file is read-only"),
    /** More than {@link FileRoot#SIZE_LIMIT} bytes. */
    TOO_LARGE("larger than the limit of " + FileRoot.SIZE_LIMIT + " bytes"),
    /** Not UTF-8, or with NUL characters. */
    NOT_TEXT("not UTF-8 text; only text files can be read or written"),
    /** The platform refused, for a reason that the operator finds in the log. */
    FAILED("the operation failed");

    private final String words;

    Reason(String words) {
      this.words = words;
    }
  }
}
