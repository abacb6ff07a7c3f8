package io.mcpauth.internal.json;

/** A text is not the strict JSON that the library reads. The message never quotes the text. */
public final class InvalidJsonException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String problem;
  private final int line;
  private final int column;

  InvalidJsonException(String problem, int line, int column) {
    super(problem + " at line " + line + ", column " + column, null, false, false);
    this.problem = problem;
    this.line = line;
    this.column = column;
  }

  /** The problem without its place. */
  public String problem() {
    return problem;
  }

  /** The line of the problem, counted from 1. */
  public int line() {
    return line;
  }

  /** The column of the problem, counted from 1. */
  public int column() {
    return column;
  }
}
