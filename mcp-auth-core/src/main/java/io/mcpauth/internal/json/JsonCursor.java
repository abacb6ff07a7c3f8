package io.mcpauth.internal.json;

import org.jspecify.annotations.Nullable;

/**
 * A forward-only reader over one JSON text that refuses whatever two readers could understand
 * differently: invalid or overlong UTF-8, a byte order mark, duplicate members (RFC 8259 section
 * 4), lone surrogates (RFC 7493 section 2.1), too deep nesting and anything after the value.
 *
 * <p>It works on the bytes and makes of them what it is asked for. Time is linear in the text, and
 * memory in the member names of the objects that are open.
 */
public final class JsonCursor {
  /** What the cursor stands on. */
  public enum Token {
    START_OBJECT,
    END_OBJECT,
    START_ARRAY,
    END_ARRAY,
    NAME,
    STRING,
    NUMBER,
    TRUE,
    FALSE,
    NULL,
    END
  }

  private final JsonScanner scanner;

  private JsonCursor(JsonScanner scanner) {
    this.scanner = scanner;
  }

  /**
   * A cursor before the first token of a text.
   *
   * @param utf8 the whole text, which must not change while it is read
   * @throws InvalidJsonException if the bytes are not UTF-8, or start with a byte order mark
   */
  public static JsonCursor over(byte[] utf8) throws InvalidJsonException {
    // All of it at once: then no way through the text can leave a part of it out.
    if (!Utf8.isValid(utf8)) {
      throw new InvalidJsonException("invalid UTF-8", 1, 1);
    }
    if (Utf8.hasByteOrderMark(utf8)) {
      // RFC 8259 section 8.1: a sender must not add one, so whoever did is not a JSON sender.
      throw new InvalidJsonException("byte order mark", 1, 1);
    }
    return new JsonCursor(new JsonScanner(utf8));
  }

  /**
   * Moves to the next token.
   *
   * @return the token, {@link Token#END} once behind the value
   * @throws InvalidJsonException if the text is not strict JSON up to there
   */
  public Token next() throws InvalidJsonException {
    return scanner.next();
  }

  /** The text of the member name or string that the cursor stands on. */
  public String text() {
    return scanner.string().text();
  }

  /** That text as well, which is not made anew where it is one of some names. */
  public String text(KnownNames known) {
    return scanner.string().text(known);
  }

  /**
   * The number that the cursor stands on: a {@code Long} where it is an integer of at most 18
   * characters, else a {@code BigDecimal}, so that nothing is rounded.
   *
   * @throws InvalidJsonException if its exponent is beyond any use, so that expanding it would cost
   */
  public Number number() throws InvalidJsonException {
    Number number = scanner.number().value();
    if (number == null) {
      throw problem("a number out of range");
    }
    return number;
  }

  /**
   * The number that the cursor stands on where it is written as an integer, without fraction and
   * exponent, and a {@code long} holds it; else null.
   */
  public @Nullable Long integer() {
    return scanner.isNumber() ? scanner.number().integer() : null;
  }

  /**
   * Moves behind the value that the cursor stands on, reading it as strictly as any other.
   *
   * @throws InvalidJsonException if that value is not strict JSON
   */
  public void skip() throws InvalidJsonException {
    scanner.skip();
  }

  /**
   * Requires that nothing but white space follows.
   *
   * @throws InvalidJsonException if something does
   */
  public void end() throws InvalidJsonException {
    if (next() != Token.END) {
      throw problem("content after the value");
    }
  }

  /** The line on which the current token begins, counted from 1. */
  public int line() {
    return scanner.place().line();
  }

  /** The column in which the current token begins, counted from 1 in UTF-16 units. */
  public int column() {
    return scanner.place().column();
  }

  /** An exception that points to where the cursor stands. */
  public InvalidJsonException problem(String what) {
    return new InvalidJsonException(what, line(), column());
  }
}
