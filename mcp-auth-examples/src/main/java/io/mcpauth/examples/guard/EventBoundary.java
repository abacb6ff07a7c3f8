package io.mcpauth.examples.guard;

/** Whether what is out of an event stream ends with an event, so that a comment may follow. */
final class EventBoundary {
  private boolean lineIsEmpty = true;
  private boolean afterCarriageReturn;
  private boolean between = true;

  /** Takes what went out. */
  void after(byte[] bytes) {
    for (byte octet : bytes) {
      boolean rest = octet == '\n' && afterCarriageReturn; // of the end of a line that has ended
      afterCarriageReturn = octet == '\r';
      if (!rest) {
        boolean end = octet == '\n' || octet == '\r';
        between = end && lineIsEmpty;
        lineIsEmpty = end;
      }
    }
  }

  /** Whether it does; so does a stream of which nothing is out. */
  boolean isBetweenEvents() {
    return between;
  }
}
