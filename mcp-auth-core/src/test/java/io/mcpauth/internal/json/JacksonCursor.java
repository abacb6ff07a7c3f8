package io.mcpauth.internal.json;

import io.mcpauth.internal.json.JsonCursor.Token;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;

/**
 * The reference that {@link JsonCursor} is held to: the same strict reading with Jackson's parser,
 * which decodes the whole text first and looks at each string twice. It was the reader of the
 * library before.
 */
final class JacksonCursor implements Comparison.Reader {
  /** No number that means anything here is longer; bounds the cost of parsing one. */
  private static final int MAX_NUMBER_LENGTH = 64;

  /** Three times what a double has; what expands a number stays cheap. */
  private static final int MAX_SCALE = 1000;

  /** Arrays and objects open at once: more than any message has, far below what a stack bears. */
  private static final int MAX_DEPTH = 100;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(MAX_NUMBER_LENGTH)
                  .build())
          .build();

  private final JsonParser parser;

  private JacksonCursor(JsonParser parser) {
    this.parser = parser;
  }

  /**
   * A cursor before the first token of a text.
   *
   * @param utf8 the whole text
   * @throws InvalidJsonException if the bytes are not UTF-8, or start with a byte order mark
   */
  static JacksonCursor over(byte[] utf8) throws InvalidJsonException {
    CharBuffer text;
    try {
      text =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(utf8));
    } catch (CharacterCodingException e) {
      throw new InvalidJsonException("invalid UTF-8", 1, 1);
    }
    if (text.hasRemaining() && text.get(text.position()) == '\uFEFF') {
      // RFC 8259 section 8.1: a sender must not add one, so whoever did is not a JSON sender.
      throw new InvalidJsonException("byte order mark", 1, 1);
    }
    return new JacksonCursor(
        FACTORY.createParser(
            ObjectReadContext.empty(),
            text.array(),
            text.arrayOffset() + text.position(),
            text.remaining()));
  }

  /**
   * Moves to the next token.
   *
   * @return the token, {@link Token#END} once behind the value
   * @throws InvalidJsonException if the text is not strict JSON up to there
   */
  @Override
  public Token next() throws InvalidJsonException {
    try {
      JsonToken token = parser.nextToken();
      if (token == null) {
        return Token.END;
      }
      return switch (token) {
        case START_OBJECT -> Token.START_OBJECT;
        case END_OBJECT -> Token.END_OBJECT;
        case START_ARRAY -> Token.START_ARRAY;
        case END_ARRAY -> Token.END_ARRAY;
        case PROPERTY_NAME -> checked(Token.NAME);
        case VALUE_STRING -> checked(Token.STRING);
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Token.NUMBER;
        case VALUE_TRUE -> Token.TRUE;
        case VALUE_FALSE -> Token.FALSE;
        case VALUE_NULL -> Token.NULL;
        case NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT -> throw problem("unexpected token");
      };
    } catch (JacksonException e) {
      throw translate(e);
    }
  }

  /** The text of the member name or string that the cursor stands on. */
  @Override
  public String text() {
    return parser.getString();
  }

  /**
   * The number that the cursor stands on: a {@code Long} where it is an integer of at most 18
   * characters, else a {@code BigDecimal}, so that nothing is rounded.
   *
   * @throws InvalidJsonException if its exponent is beyond any use, so that expanding it would cost
   */
  @Override
  public Number number() throws InvalidJsonException {
    String digits = parser.getString();
    if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT && digits.length() <= 18) {
      return Long.valueOf(digits);
    }
    try {
      BigDecimal exact = new BigDecimal(digits);
      if (exact.scale() >= -MAX_SCALE && exact.scale() <= MAX_SCALE) {
        return exact;
      }
    } catch (NumberFormatException e) {
      // An exponent that no int holds: out of range too. Where it begins depends on the Java.
    }
    throw problem("a number out of range");
  }

  /**
   * The number that the cursor stands on where it is written as an integer, without fraction and
   * exponent, and a {@code long} holds it; else null.
   */
  @Override
  public @Nullable Long integer() {
    if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
      return null;
    }
    try {
      return Long.valueOf(parser.getString());
    } catch (NumberFormatException e) {
      return null; // beyond a long
    }
  }

  /**
   * Moves behind the value that the cursor stands on, reading it as strictly as any other.
   *
   * @throws InvalidJsonException if that value is not strict JSON
   */
  void skip() throws InvalidJsonException {
    JsonToken token = parser.currentToken();
    if (token == null || !token.isStructStart()) {
      return;
    }
    int open = 1;
    while (open > 0) {
      switch (next()) {
        case START_OBJECT, START_ARRAY -> open++;
        case END_OBJECT, END_ARRAY -> open--;
        case END -> throw problem("unexpected end");
        default -> {}
      }
    }
  }

  /**
   * Requires that nothing but white space follows.
   *
   * @throws InvalidJsonException if something does
   */
  @Override
  public void end() throws InvalidJsonException {
    if (next() != Token.END) {
      throw problem("content after the value");
    }
  }

  /** The line on which the current token begins, counted from 1. */
  @Override
  public int line() {
    return Math.max(parser.currentTokenLocation().getLineNr(), 1);
  }

  /** The column in which the current token begins, counted from 1 in UTF-16 units. */
  @Override
  public int column() {
    return Math.max(parser.currentTokenLocation().getColumnNr(), 1);
  }

  /** An exception that points to where the cursor stands. */
  InvalidJsonException problem(String what) {
    return new InvalidJsonException(what, line(), column());
  }

  private Token checked(Token token) throws InvalidJsonException {
    char[] chars = parser.getStringCharacters();
    int end = parser.getStringOffset() + parser.getStringLength();
    for (int i = parser.getStringOffset(); i < end; i++) {
      char c = chars[i];
      if (Character.isSurrogate(c)) {
        // RFC 7493 section 2.1: one reader replaces a lone surrogate, another keeps it.
        if (!Character.isHighSurrogate(c) || ++i == end || !Character.isLowSurrogate(chars[i])) {
          throw problem("lone surrogate");
        }
      } else if (c == 0 && token == Token.NAME) {
        throw problem("NUL in a member name");
      }
    }
    return token;
  }

  private static InvalidJsonException translate(JacksonException e) {
    TokenStreamLocation at = e.getLocation();
    int line = at == null ? 1 : Math.max(at.getLineNr(), 1);
    int column = at == null ? 1 : Math.max(at.getColumnNr(), 1);
    String problem = "not JSON";
    if (e instanceof StreamConstraintsException) {
      problem = "nested too deep, or a name or number too long";
    } else if (e instanceof StreamReadException && duplicate(e)) {
      problem = "duplicate member";
      column = Math.max(column - quotedLength(e), 1); // Jackson stands behind it
    }
    return new InvalidJsonException(problem, line, column);
  }

  /** Of the name in the message: what it took in the text, unless that has escapes. */
  private static int quotedLength(JacksonException e) {
    String message = String.valueOf(e.getOriginalMessage());
    return Math.max(message.lastIndexOf('"') - message.indexOf('"') + 1, 0);
  }

  private static boolean duplicate(JacksonException e) {
    String message = e.getOriginalMessage();
    return message != null && message.startsWith("Duplicate");
  }
}
