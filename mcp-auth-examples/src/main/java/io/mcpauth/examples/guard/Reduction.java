package io.mcpauth.examples.guard;

import io.mcpauth.policy.ListAnswers;
import io.mcpauth.policy.ListEvents;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/**
 * What happens to the body of an answer that may have a list in it, so that nobody is shown what he
 * can never call. An event stream is reduced event by event; JSON is kept until it is whole.
 */
final class Reduction implements AutoCloseable {
  /** What an answer is, as far as it matters here. */
  enum Kind {
    /** Passes as it is: it says that something went wrong, and not in JSON. */
    NONE,
    /** Events. */
    EVENTS,
    /** One JSON text. */
    JSON,
    /** Of a message endpoint of HTTP+SSE: JSON, or a word that nobody reads. */
    JSON_OR_WORD,
    /** Could have a list in it that nobody can read here, unless it is empty. */
    UNREADABLE
  }

  private final ListAnswers lists;
  private final ListRoom.Part room;
  private final Kind kind;
  private final @Nullable ListEvents events;
  private ByteArrayOutputStream kept = new ByteArrayOutputStream();

  private Reduction(ListAnswers lists, ListRoom.Part room, Kind kind, @Nullable ListEvents events) {
    this.lists = lists;
    this.room = room;
    this.kind = kind;
    this.events = events;
  }

  /**
   * That of an answer.
   *
   * @param messageEndpoint whether it is that of a message endpoint of HTTP+SSE, whose answers come
   *     on the stream
   * @param instead makes the JSON-RPC error for a message that cannot be read; only events ask
   */
  static Reduction of(
      ListAnswers lists,
      ListRoom.Part room,
      int status,
      HttpFields headers,
      boolean messageEndpoint,
      Supplier<byte[]> instead) {
    Kind kind = kind(status, headers, messageEndpoint);
    return new Reduction(
        lists, room, kind, kind == Kind.EVENTS ? lists.events(instead.get()) : null);
  }

  private static Kind kind(int status, HttpFields headers, boolean messageEndpoint) {
    List<String> types = headers.getValuesList(HttpHeader.CONTENT_TYPE);
    String type = mediaType(headers);
    boolean events = type.equals("text/event-stream");
    if (status > 299 && types.stream().noneMatch(Reduction::mayHaveMessages)) {
      return Kind.NONE; // a page of an error
    }
    boolean encoded =
        headers.getValuesList(HttpHeader.CONTENT_ENCODING).stream()
            .anyMatch(coding -> !coding.strip().equalsIgnoreCase("identity"));
    if (encoded || types.size() > 1) {
      return Kind.UNREADABLE; // two types are two ways to read it
    }
    if (events) {
      return Kind.EVENTS;
    }
    if (messageEndpoint) {
      return Kind.JSON_OR_WORD;
    }
    return type.contains("json") ? Kind.JSON : Kind.UNREADABLE;
  }

  private static boolean mayHaveMessages(String type) {
    String lower = type.toLowerCase(Locale.ROOT);
    return lower.contains("json") || lower.contains("event-stream");
  }

  /** The media type without its parameters, in lower case; empty where there is none. */
  static String mediaType(HttpFields headers) {
    String type = headers.get(HttpHeader.CONTENT_TYPE);
    return type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
  }

  Kind kind() {
    return kind;
  }

  /**
   * What of the next bytes may go on now. It counts as held until {@link #written}.
   *
   * @throws ListRoom.NoRoomException if the caller has no room for them
   */
  byte[] next(byte[] bytes) {
    if (events == null) {
      return bytes;
    }
    room.hold(events.kept() + (long) bytes.length);
    byte[] out = events.next(bytes);
    room.hold(events.kept() + (long) out.length);
    return out;
  }

  /** What {@link #next} gave is on its way to the client. */
  void written() {
    if (events != null) {
      room.hold(events.kept());
    }
  }

  /** Whether the stream is to be broken off after what has been given out. */
  boolean isBroken() {
    return events != null && events.isBroken();
  }

  /** What is left at the end of the answer. */
  byte[] end() {
    return events == null ? new byte[0] : events.end();
  }

  /**
   * Keeps the next bytes of a JSON text; false where they are too many.
   *
   * @throws ListRoom.NoRoomException if the caller has no room for them
   */
  boolean keep(byte[] bytes) {
    int length = kept.size() + bytes.length;
    if (length > ListAnswers.MOST_BYTES) {
      return false;
    }
    room.hold(length);
    kept.writeBytes(bytes);
    return true;
  }

  /**
   * The kept text without what the caller is not shown, or null where it cannot be read. It counts
   * as held until the end of the call, since the client may not read it.
   */
  byte @Nullable [] whole() {
    byte[] text = kept.toByteArray();
    kept = new ByteArrayOutputStream();
    byte[] shown = lists.reduced(text);
    return shown == null && kind == Kind.JSON_OR_WORD && !hasObject(text) ? text : shown;
  }

  /** Without a brace, in whatever encoding, there is no message in it. */
  private static boolean hasObject(byte[] text) {
    for (byte octet : text) {
      if (octet == '{') {
        return true;
      }
    }
    return false;
  }

  /** Whether nothing has been kept. */
  boolean isEmpty() {
    return kept.size() == 0;
  }

  /** Gives back what is held, once. */
  @Override
  public void close() {
    room.close();
  }
}
