package io.mcpauth.internal.json;

import io.mcpauth.internal.json.JsonCursor.Token;
import java.util.Arrays;

/** The grammar of JSON (RFC 8259), held over the bytes of a text in valid UTF-8. */
final class JsonScanner {
  /** Arrays and objects open at once: more than any message has, far below what a stack bears. */
  private static final int MAX_DEPTH = 100;

  /** In UTF-16 units. Nothing here has a name that is near as long. */
  private static final int MAX_NAME_LENGTH = 50_000;

  private static final String NOT_JSON = "not JSON";
  private static final String TOO_MUCH = "nested too deep, or a name or number too long";

  /** In place of a byte; no token begins with it. */
  private static final int END_OF_TEXT = Integer.MIN_VALUE;

  /**
   * What was read last, as far as it matters to what may follow. A number: an object would cost.
   */
  private static final int NOTHING = 0;

  private static final int NAME = 1;
  private static final int OPENING = 2;
  private static final int NUMBER = 3;
  private static final int OTHER = 4;

  private final byte[] text;
  private final StringToken string;
  private final NumberToken number;
  private final MemberNames names;
  private final TextPlace place;

  /** What closes the array or object that is open; 0 where none is. */
  private byte closing;

  /** What closes those around it, from the outermost. */
  private byte[] outerClosings = new byte[16];

  private int depth;
  private int last = NOTHING;

  /** Where the token begins that was read last. */
  private int start;

  /** Behind the token that was read last. */
  private int end;

  JsonScanner(byte[] text) {
    this.text = text;
    string = new StringToken(text);
    number = new NumberToken(text);
    names = new MemberNames(text);
    place = new TextPlace(text);
  }

  /** Moves to the next token; {@code END} where only white space is left behind a value. */
  Token next() throws InvalidJsonException {
    int at = spaceEnd(end);
    if (last == NAME) {
      if (at(at) != ':') {
        throw notJson(at);
      }
      return value(spaceEnd(at + 1));
    }
    if (closing == 0) {
      return at == text.length ? Token.END : value(at);
    }
    int next = at(at);
    if (next == closing) {
      return close(at);
    }
    if (last != OPENING) {
      if (next != ',') {
        throw notJson(at);
      }
      at = spaceEnd(at + 1);
    }
    return closing == '}' ? name(at) : value(at);
  }

  /** Moves to the end of the array or object whose beginning was read last, if one was. */
  void skip() throws InvalidJsonException {
    int outside = last == OPENING ? depth - 1 : depth;
    while (depth > outside) {
      next();
    }
  }

  /** Whether a number was read last. */
  boolean isNumber() {
    return last == NUMBER;
  }

  /** The name or string that was read last. */
  StringToken string() {
    return string;
  }

  /** The number that was read last. */
  NumberToken number() {
    return number;
  }

  /** Where the token begins that was read last. */
  TextPlace place() {
    place.moveTo(start);
    return place;
  }

  private Token name(int at) throws InvalidJsonException {
    if (at(at) != '"') {
      throw notJson(at);
    }
    readString(at);
    if (string.isLongerThan(MAX_NAME_LENGTH)) {
      throw problem(TOO_MUCH, at);
    }
    if (string.hasNul()) {
      throw problem("NUL in a member name", at);
    }
    if (!names.add(string)) {
      place.moveTo(at);
      throw new InvalidJsonException(
          "duplicate member", string.text(), place.line(), place.column());
    }
    last = NAME;
    return Token.NAME;
  }

  private Token value(int at) throws InvalidJsonException {
    int first = at(at);
    if (first == '"') {
      readString(at);
      last = OTHER;
      return Token.STRING;
    }
    if (first == '-' || NumberToken.isDigit(first)) {
      return readNumber(at);
    }
    return switch (first) {
      case '{' -> open(at, '}', Token.START_OBJECT);
      case '[' -> open(at, ']', Token.START_ARRAY);
      case 't' -> literal(at, "true", Token.TRUE);
      case 'f' -> literal(at, "false", Token.FALSE);
      case 'n' -> literal(at, "null", Token.NULL);
      default -> throw notJson(at);
    };
  }

  private void readString(int at) throws InvalidJsonException {
    start = at;
    end = formed(string.read(at));
    if (string.hasLoneSurrogate()) {
      throw problem("lone surrogate", at);
    }
  }

  private Token readNumber(int at) throws InvalidJsonException {
    int behind = formed(number.read(at));
    if (closing == 0 && behind < text.length && !isSpace(text[behind])) {
      throw notJson(behind); // Values that stand alone are told apart by white space.
    }
    if (number.isTooLong()) {
      throw problem(TOO_MUCH, at);
    }
    start = at;
    end = behind;
    last = NUMBER;
    return Token.NUMBER;
  }

  private Token literal(int at, String word, Token token) throws InvalidJsonException {
    int behind = at;
    for (int i = 0; i < word.length(); i++, behind++) {
      if (at(behind) != word.charAt(i)) {
        throw notJson(at);
      }
    }
    if (isWordPart(at(behind))) {
      throw notJson(at);
    }
    start = at;
    end = behind;
    last = OTHER;
    return token;
  }

  private Token open(int at, char closedBy, Token token) throws InvalidJsonException {
    if (depth == MAX_DEPTH) {
      throw problem(TOO_MUCH, at);
    }
    if (depth == outerClosings.length) {
      outerClosings = Arrays.copyOf(outerClosings, MAX_DEPTH);
    }
    outerClosings[depth++] = closing;
    closing = (byte) closedBy;
    if (closedBy == '}') {
      names.open();
    }
    start = at;
    end = at + 1;
    last = OPENING;
    return token;
  }

  private Token close(int at) {
    boolean object = closing == '}';
    closing = outerClosings[--depth];
    start = at;
    end = at + 1;
    last = OTHER;
    if (object) {
      names.close();
      return Token.END_OBJECT;
    }
    return Token.END_ARRAY;
  }

  /** What follows white space. */
  private int spaceEnd(int from) {
    int at = from;
    while (at < text.length && text[at] <= ' ' && isSpace(text[at])) {
      at++;
    }
    return at;
  }

  private int at(int offset) {
    return offset < text.length ? text[offset] : END_OF_TEXT;
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  private static boolean isWordPart(int b) {
    return NumberToken.isDigit(b) || ((b | 0x20) >= 'a' && (b | 0x20) <= 'z');
  }

  /** The end of a token, unless it is the complement of where one has no form. */
  private int formed(int tokenEnd) throws InvalidJsonException {
    if (tokenEnd < 0) {
      throw notJson(~tokenEnd);
    }
    return tokenEnd;
  }

  private InvalidJsonException notJson(int offset) {
    return problem(NOT_JSON, offset);
  }

  private InvalidJsonException problem(String what, int offset) {
    place.moveTo(offset);
    return new InvalidJsonException(what, place.line(), place.column());
  }
}
