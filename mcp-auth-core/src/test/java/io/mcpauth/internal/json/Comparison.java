package io.mcpauth.internal.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads texts with both readers, and fails where they differ.
 *
 * <p>Of accepted texts every token has to be the same, with its text, number and place. Of refused
 * ones the problem; Jackson looks at the value behind a name before it tells the name, so it may
 * tell a token less or two, and then something that is wrong with the value in place of what is
 * wrong with the name; and of content behind the value, and of a number that is too long, it looks
 * at what follows first, which may be no JSON. The place of what is no JSON or beyond a limit is
 * not compared, as Jackson's depends on how far it looked ahead; nor is that of a duplicate in a
 * text with escapes, where Jackson's is wrong.
 */
final class Comparison {
  /** What one reader makes of a text. */
  private record Reading(List<Seen> tokens, @Nullable InvalidJsonException refusal) {}

  /** A token, its text or number, that as an integer, and its place. */
  private record Seen(
      JsonCursor.Token token,
      @Nullable Object value,
      @Nullable Long integer,
      int line,
      int column) {}

  /** One of the readers. */
  interface Reader {
    JsonCursor.Token next() throws InvalidJsonException;

    String text();

    Number number() throws InvalidJsonException;

    @Nullable Long integer();

    int line();

    int column();

    void end() throws InvalidJsonException;
  }

  private interface Opening {
    Reader over(byte[] text) throws InvalidJsonException;
  }

  private static final String TOO_MUCH = "nested too deep, or a name or number too long";
  private static final Pattern NUMBER = Pattern.compile("[-+.0-9eE]+");

  private final Set<String> problems = new TreeSet<>();
  private int accepted;
  private int refused;

  /** Looks at one more text. */
  void on(byte[] text) {
    Reading own = reading(text, Comparison::own);
    Reading reference = reading(text, JacksonCursor::over);
    InvalidJsonException ownRefusal = own.refusal();
    InvalidJsonException expected = reference.refusal();
    if (ownRefusal == null && expected == null) {
      accepted++;
      require(own.tokens().equals(reference.tokens()), own, reference, text);
    } else if (expected == null) {
      refused++;
      require(isKnownDifference(ownRefusal, text), own, reference, text);
    } else if (ownRefusal == null) {
      require(false, own, reference, text);
    } else {
      refused++;
      problems.add(ownRefusal.problem());
      compare(own, ownRefusal, reference, expected, text);
    }
  }

  int texts() {
    return accepted + refused;
  }

  int accepted() {
    return accepted;
  }

  int refused() {
    return refused;
  }

  /** Every problem that was told. */
  Set<String> problems() {
    return problems;
  }

  private static void compare(
      Reading own,
      InvalidJsonException refusal,
      Reading reference,
      InvalidJsonException expected,
      byte[] text) {
    int more = own.tokens().size() - reference.tokens().size();
    boolean sameTokens =
        more >= 0
            && more <= 2
            && own.tokens().subList(0, reference.tokens().size()).equals(reference.tokens());
    boolean ahead =
        own.tokens().size() == reference.tokens().size()
            && Set.of("lone surrogate", "NUL in a member name").contains(refusal.problem())
            && !Set.of("duplicate member", "invalid UTF-8").contains(expected.problem());
    boolean sameProblem =
        refusal.problem().equals(expected.problem())
            || (expected.problem().equals("not JSON")
                && Set.of("content after the value", TOO_MUCH).contains(refusal.problem()));
    require(
        (sameTokens && (sameProblem || ahead)) || isKnownDifference(refusal, text),
        own,
        reference,
        text);
    boolean placed =
        refusal.problem().equals("duplicate member")
            ? new String(text, ISO_8859_1).indexOf('\\') < 0
            : !Set.of("not JSON", TOO_MUCH).contains(refusal.problem());
    if (sameProblem && placed) {
      require(
          refusal.line() == expected.line() && refusal.column() == expected.column(),
          own,
          reference,
          text);
    }
  }

  private static Reading reading(byte[] text, Opening opening) {
    List<Seen> tokens = new ArrayList<>();
    try {
      read(opening.over(text), tokens);
      return new Reading(tokens, null);
    } catch (InvalidJsonException e) {
      return new Reading(tokens, e);
    }
  }

  private static void read(Reader reader, List<Seen> tokens) throws InvalidJsonException {
    int open = 0;
    do {
      JsonCursor.Token token = reader.next();
      Object value =
          switch (token) {
            case NAME, STRING -> reader.text();
            case NUMBER -> reader.number();
            default -> null;
          };
      tokens.add(new Seen(token, value, reader.integer(), reader.line(), reader.column()));
      open +=
          switch (token) {
            case START_OBJECT, START_ARRAY -> 1;
            case END_OBJECT, END_ARRAY -> -1;
            default -> 0;
          };
    } while (open > 0);
    reader.end();
  }

  private static Reader own(byte[] text) throws InvalidJsonException {
    JsonCursor cursor = JsonCursor.over(text);
    return new Reader() {
      @Override
      public JsonCursor.Token next() throws InvalidJsonException {
        return cursor.next();
      }

      @Override
      public String text() {
        return cursor.text();
      }

      @Override
      public Number number() throws InvalidJsonException {
        return cursor.number();
      }

      @Override
      public @Nullable Long integer() {
        return cursor.integer();
      }

      @Override
      public int line() {
        return cursor.line();
      }

      @Override
      public int column() {
        return cursor.column();
      }

      @Override
      public void end() throws InvalidJsonException {
        cursor.end();
      }
    };
  }

  /**
   * Jackson takes any character for a hex digit whose lowest eight bits are those of one, and does
   * not count a 65th digit in some numbers, such as a zero and 64 digits behind the point.
   */
  private static boolean isKnownDifference(@Nullable InvalidJsonException own, byte[] text) {
    return hasHexBeyondAscii(text)
        || (own != null
            && own.problem().equals(TOO_MUCH)
            && NUMBER
                .matcher(new String(text, ISO_8859_1))
                .results()
                .anyMatch(number -> number.group().replaceAll("[^0-9]", "").length() == 65));
  }

  /** Whether a character that is none of ASCII stands within the four behind a {@code \\u}. */
  private static boolean hasHexBeyondAscii(byte[] text) {
    for (int at = 0; at + 2 < text.length; at++) {
      if (text[at] == '\\' && text[at + 1] == 'u') {
        for (int digit = at + 2; digit < Math.min(at + 6, text.length); digit++) {
          if (text[digit] < 0) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static void require(boolean same, Reading own, Reading reference, byte[] text) {
    if (!same) {
      fail("%s\nread as %s\nand with Jackson as %s", new String(text, ISO_8859_1), own, reference);
    }
  }
}
