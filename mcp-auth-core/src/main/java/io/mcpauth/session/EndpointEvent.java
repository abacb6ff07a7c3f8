package io.mcpauth.session;

/**
 * Finds the event {@code endpoint} at the beginning of an event stream, one character after the
 * other, wherever the stream is cut into pieces (HTML standard, "Parsing an event stream"; MCP
 * 2024-11-05, "HTTP with SSE").
 *
 * <p>Lines end with CR, LF or both; a field may have one blank behind its colon; several lines of
 * {@code data} are one value. An event ends with an empty line, and a client does not hear of it
 * before.
 */
final class EndpointEvent {
  /** How far it is looked for, in characters. */
  static final int MOST = 8 * 1024;

  private static final String NAME = "endpoint";
  private static final char BOM = '\uFEFF';

  /** What is known so far. */
  enum Found {
    /** It may still come. */
    NOT_YET,
    /** Here it is. */
    ENDPOINT,
    /** It did not come within {@link #MOST} characters. */
    NONE,
    /** It has begun within {@link #MOST} characters and does not end there. */
    TOO_LONG
  }

  private final StringBuilder line = new StringBuilder();
  private final StringBuilder data = new StringBuilder();
  private boolean named;
  private boolean hasData;
  private boolean afterReturn;
  private int seen;

  /** Takes the next character; of bytes each is one, since what counts is ASCII. */
  Found next(char character) {
    if (++seen > MOST) {
      return named ? Found.TOO_LONG : Found.NONE;
    }
    boolean pair = character == '\n' && afterReturn; // of a line that ended with the CR
    afterReturn = character == '\r';
    if (pair) {
      return Found.NOT_YET;
    }
    if (character != '\n' && character != '\r') {
      line.append(character);
      return Found.NOT_YET;
    }
    boolean first = seen == line.length() + 1;
    String text = first ? withoutBom(line.toString()) : line.toString();
    line.setLength(0);
    return text.isEmpty() ? endOfEvent() : field(text);
  }

  /** The data of the event, once it is found. */
  String data() {
    return data.toString();
  }

  private Found endOfEvent() {
    if (named && hasData) {
      return Found.ENDPOINT;
    }
    named = false;
    hasData = false;
    data.setLength(0);
    return Found.NOT_YET;
  }

  private Found field(String text) {
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    String value = colon < 0 ? "" : text.substring(colon + 1);
    if (name.equals("event")) {
      named = value.strip().equals(NAME);
    } else if (name.equals("data")) {
      if (hasData) {
        data.append('\n');
      }
      hasData = true;
      data.append(value.startsWith(" ") ? value.substring(1) : value);
    }
    return Found.NOT_YET; // comments, id and retry say nothing here
  }

  private static String withoutBom(String text) {
    if (!text.isEmpty() && text.charAt(0) == BOM) {
      return text.substring(1);
    }
    return text.startsWith("\u00EF\u00BB\u00BF") ? text.substring(3) : text; // as bytes
  }
}
