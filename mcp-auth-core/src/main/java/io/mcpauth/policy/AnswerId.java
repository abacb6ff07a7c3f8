package io.mcpauth.policy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.Json;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the id of a JSON-RPC response in a text that cannot be read as strict JSON, or of which
 * only the beginning is there: for the error that ends the call, and for nothing else. It follows
 * the members of the outermost object and takes no value apart.
 */
final class AnswerId {
  private final byte[] text;
  private int depth;
  private boolean request;
  private boolean certain = true;
  private @Nullable Object id;

  private AnswerId(byte[] text) {
    this.text = text;
    scan();
  }

  static AnswerId in(byte[] text) {
    return new AnswerId(text);
  }

  /** The id, a string or a number; null where none is found, or where it could be another. */
  @Nullable Object id() {
    return certain && !request ? id : null;
  }

  /** Whether somebody may wait for what the text was: it begins like JSON and is no request. */
  boolean mayBeAwaited() {
    return !request && Arrays.asList('{', '[').contains(first());
  }

  private char first() {
    for (byte octet : text) {
      if (octet > ' ') {
        return (char) octet;
      }
    }
    return ' ';
  }

  private void scan() {
    int at = 0;
    while (at < text.length) {
      byte octet = text[at];
      if (octet == '"') {
        int end = endOfString(at);
        if (depth == 1 && afterBlanks(end) < text.length && text[afterBlanks(end)] == ':') {
          member(new String(text, at + 1, end - at - 2, UTF_8), afterBlanks(afterBlanks(end) + 1));
        }
        at = end;
      } else {
        depth += octet == '{' || octet == '[' ? 1 : octet == '}' || octet == ']' ? -1 : 0;
        if (depth == 1 && octet == '[') {
          certain = false; // a batch has no id of its own
        }
        at++;
      }
    }
  }

  private void member(String name, int value) {
    if (name.equals("method") || name.indexOf('\\') >= 0) {
      request |= name.equals("method");
      certain = false;
    } else if (name.equals("id")) {
      Object found = scalar(value);
      certain &= found != null && (id == null || id.equals(found));
      id = found;
    }
  }

  /** A whole string or number; null where it is none. */
  private @Nullable Object scalar(int start) {
    int end = start;
    if (start < text.length && text[start] == '"') {
      end = endOfString(start);
    } else {
      while (end < text.length && (text[end] == '-' || (text[end] >= '0' && text[end] <= '9'))) {
        end++;
      }
    }
    int next = afterBlanks(end);
    if (next >= text.length || (text[next] != ',' && text[next] != '}')) {
      return null;
    }
    try {
      return Json.value(Arrays.copyOfRange(text, start, end));
    } catch (InvalidJsonException e) {
      return null;
    }
  }

  /** Behind the closing quote, or the end of the text. */
  private int endOfString(int start) {
    int at = start + 1;
    while (at < text.length && text[at] != '"') {
      at += text[at] == '\\' ? 2 : 1;
    }
    return Math.min(at + 1, text.length);
  }

  private int afterBlanks(int start) {
    int at = start;
    while (at < text.length && text[at] <= ' ' && text[at] >= 0) {
      at++;
    }
    return at;
  }
}
