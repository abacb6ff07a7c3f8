package io.mcpauth.examples.walkthrough;

/** An answer was not the right one; the walk-through ends here. */
final class WrongAnswerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What was asked of the answer, in words. */
  private final String what;

  /** What would have been right. */
  private final String expected;

  /** What came. May hold secrets, so it is kept out of the message. */
  private final String came;

  WrongAnswerException(String what, String expected, String came) {
    super(what);
    this.what = what;
    this.expected = expected;
    this.came = came;
  }

  String what() {
    return what;
  }

  String expected() {
    return expected;
  }

  String came() {
    return came;
  }
}
