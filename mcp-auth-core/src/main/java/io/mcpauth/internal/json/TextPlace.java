package io.mcpauth.internal.json;

/** Line and column of an offset in a text, found by walking there from the place asked for last. */
final class TextPlace {
  private final byte[] text;
  private int offset;
  private int line = 1;
  private int column = 1;

  TextPlace(byte[] text) {
    this.text = text;
  }

  /** Goes to an offset: forward in the time of what lies between, back in that from the start. */
  void moveTo(int target) {
    if (target < offset) {
      offset = 0;
      line = 1;
      column = 1;
    }
    while (offset < target) {
      byte b = text[offset++];
      boolean pair = b == '\r' && offset < text.length && text[offset] == '\n';
      if ((b == '\n' || b == '\r') && !pair) {
        line++;
        column = 1;
      } else {
        column += Utf8.units(b);
      }
    }
  }

  /** Counted from 1. */
  int line() {
    return line;
  }

  /** Counted from 1, in UTF-16 units. */
  int column() {
    return column;
  }
}
