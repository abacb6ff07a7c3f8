package io.mcpauth.internal.json;

import org.jspecify.annotations.Nullable;

/** A text is not the strict JSON that the library reads. The message never quotes the text. */
public final class InvalidJsonException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Enough for any name of a specification. */
  private static final int LONGEST_SHOWN = 40;

  private final String problem;
  private final @Nullable String member;
  private final int line;
  private final int column;

  InvalidJsonException(String problem, int line, int column) {
    this(problem, null, line, column);
  }

  /**
   * A problem.
   *
   * @param member the name that is there twice, as it was sent; null where the problem is another
   */
  InvalidJsonException(String problem, @Nullable String member, int line, int column) {
    super(problem + " at line " + line + ", column " + column, null, false, false);
    this.problem = problem;
    this.member = member == null ? null : shown(member);
    this.line = line;
    this.column = column;
  }

  /** The problem without its place. */
  public String problem() {
    return problem;
  }

  /**
   * The name of the member that is there twice, for whoever wrote the text: cut short, and in
   * letters, digits and {@code _ - . / : $} with a question mark for each other character; null
   * where the problem is another one.
   */
  public @Nullable String member() {
    return member;
  }

  /** The line of the problem, counted from 1. */
  public int line() {
    return line;
  }

  /** The column of the problem, counted from 1. */
  public int column() {
    return column;
  }

  private static String shown(String name) {
    String plain = name.replaceAll("[^A-Za-z0-9_./:$-]", "?");
    return plain.length() <= LONGEST_SHOWN ? plain : plain.substring(0, LONGEST_SHOWN) + "...";
  }
}
