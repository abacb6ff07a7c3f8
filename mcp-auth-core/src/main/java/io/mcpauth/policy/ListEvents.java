package io.mcpauth.policy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.Json;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One event stream (HTML, "Server-sent events") on its way to a caller, with the lists in it
 * reduced by {@link ListAnswers}. An event leaves as soon as it is whole, its bytes unchanged where
 * nothing was taken out, so that what is out always ends with an event. {@link
 * ListAnswers#MOST_BYTES} of one event are kept at most, and nothing else.
 *
 * <p>Messages are events of the type {@code message}, in whatever case and with blanks, which is
 * that of an event without one. Lists in other events are reduced too; what else these hold,
 * comments and events without data pass as they are.
 *
 * <p>In the place of a message that cannot be read or is too large stands an error with the id of
 * that message. Where neither the message nor the given error has one, a call would never end: then
 * the stream {@linkplain #isBroken is to be broken off}.
 *
 * <p>For one thread at a time.
 */
public final class ListEvents {
  private static final byte[] FIELD = "data: ".getBytes(UTF_8);

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private final ListAnswers answers;
  private final byte[] instead;
  private byte[] event = new byte[1024];
  private int length;
  private boolean tooLarge;
  private boolean broken;
  private boolean first = true;
  private boolean lineIsEmpty = true;
  private boolean afterCarriageReturn;

  ListEvents(ListAnswers answers, byte[] instead) {
    this.answers = answers;
    this.instead = instead.clone();
  }

  /**
   * Takes the next bytes of the stream.
   *
   * @return what can go on now, whole events; empty where none has ended yet
   */
  public byte[] next(byte[] bytes) {
    ByteArrayOutputStream whole = new ByteArrayOutputStream(bytes.length);
    for (byte octet : bytes) {
      if (broken) {
        break;
      }
      boolean ended = endsEvent(octet);
      if (length < ListAnswers.MOST_BYTES) {
        append(octet);
      } else {
        tooLarge = true;
      }
      if (ended) {
        whole.writeBytes(reduced(Arrays.copyOf(event, length)));
        forget();
      }
    }
    return whole.toByteArray();
  }

  /**
   * The bytes of an event that has not ended yet, as they are kept; 4 MiB at most ({@link
   * ListAnswers#MOST_BYTES}). For adapters that count what they keep.
   */
  public int kept() {
    return length == 0 ? 0 : event.length;
  }

  private void append(byte octet) {
    if (length == event.length) {
      event = Arrays.copyOf(event, Math.min(2 * length, ListAnswers.MOST_BYTES));
    }
    event[length++] = octet;
  }

  private void forget() {
    length = 0;
    tooLarge = false;
    if (event.length > 64 * 1024) {
      event = new byte[1024];
    }
  }

  /**
   * Whether this is the end of an empty line. A line ends with CR, LF or both. The LF behind the CR
   * of an empty line belongs to what comes next, where it is an empty line of no meaning.
   */
  private boolean endsEvent(byte octet) {
    boolean rest = octet == '\n' && afterCarriageReturn;
    afterCarriageReturn = octet == '\r';
    if (rest) {
      return length == 0; // the rest of an empty line that has ended
    }
    if (octet != '\n' && octet != '\r') {
      lineIsEmpty = false;
      return false;
    }
    boolean empty = lineIsEmpty;
    lineIsEmpty = true;
    return empty;
  }

  /**
   * What is left behind the last event, as if it were one: a client may take it for that. To be
   * called once, at the end of the stream.
   */
  public byte[] end() {
    return length == 0 || broken ? new byte[0] : reduced(Arrays.copyOf(event, length));
  }

  /**
   * Whether a message was left out that somebody may wait for, and nothing could be put in its
   * place. What was given out until then is whole; nothing comes after it.
   */
  public boolean isBroken() {
    return broken;
  }

  private byte[] reduced(byte[] whole) {
    String text = new String(whole, UTF_8);
    if (first && text.startsWith(BYTE_ORDER_MARK)) {
      text = text.substring(1); // readers take it off at the start of a stream, and only there
    }
    first = false;
    StringBuilder data = new StringBuilder();
    StringBuilder others = new StringBuilder();
    boolean message = true;
    boolean any = false;
    for (String line : text.split("\r\n|\r|\n", -1)) {
      int colon = line.indexOf(':');
      String field = colon < 0 ? line : line.substring(0, colon);
      String value = colon < 0 ? "" : line.substring(colon + (isSpaceAfter(colon, line) ? 2 : 1));
      if (field.equals("data")) {
        data.append(any ? "\n" : "").append(value);
        any = true;
      } else if (!line.isEmpty()) {
        message = field.equals("event") ? isMessage(value) : message;
        others.append(line).append('\n');
      }
    }
    byte[] before = data.toString().getBytes(UTF_8);
    if (tooLarge) {
      return withError("", before);
    }
    if (data.toString().isBlank()) {
      return whole;
    }
    byte @Nullable [] after = answers.reduced(before);
    if (after == before || (after == null && !message)) {
      return whole;
    }
    return after == null
        ? withError(others.toString(), before)
        : withData(others.toString(), after);
  }

  /** One space after the colon is no part of the value. */
  private static boolean isSpaceAfter(int colon, String line) {
    return line.startsWith(" ", colon + 1);
  }

  /** Readers are known that take blanks off, or read every event. */
  private static boolean isMessage(String type) {
    return type.isBlank() || type.strip().equalsIgnoreCase("message");
  }

  private byte[] withError(String otherLines, byte[] message) {
    AnswerId answer = AnswerId.in(message);
    Object id = answer.id();
    byte[] error = instead;
    boolean hasId = false;
    try {
      Map<String, @Nullable Object> members = new LinkedHashMap<>(Json.object(instead));
      if (id != null) {
        members.put("id", id);
        error = Json.write(members);
      }
      hasId = members.get("id") != null;
    } catch (InvalidJsonException e) {
      // as it was given
    }
    broken = !hasId && (tooLarge || answer.mayBeAwaited());
    return broken ? new byte[0] : withData(otherLines, error);
  }

  /** The event with other data on one line: JSON is written without line breaks here. */
  private static byte[] withData(String otherLines, byte[] json) {
    ByteArrayOutputStream event = new ByteArrayOutputStream(json.length + 64);
    event.writeBytes(otherLines.getBytes(UTF_8));
    event.writeBytes(FIELD);
    event.writeBytes(json);
    event.writeBytes("\n\n".getBytes(UTF_8));
    return event.toByteArray();
  }
}
