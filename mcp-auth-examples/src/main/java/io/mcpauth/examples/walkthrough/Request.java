package io.mcpauth.examples.walkthrough;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request as the client sends it.
 *
 * @param headers every header line, in order; a name may come twice
 * @param body the text, or null for none
 */
record Request(String method, URI uri, List<Header> headers, @Nullable String body) {
  /** A header line. */
  record Header(String name, String value) {
    @Override
    public String toString() {
      return name;
    }
  }

  Request {
    headers = List.copyOf(headers);
  }

  static Request get(URI uri) {
    return new Request("GET", uri, List.of(), null);
  }

  static Request post(URI uri, String contentType, String body) {
    return new Request("POST", uri, List.of(new Header("Content-Type", contentType)), body);
  }

  /** The same request with one more header line. */
  Request with(String name, String value) {
    List<Header> more = new ArrayList<>(headers);
    more.add(new Header(name, value));
    return new Request(method, uri, more, body);
  }

  /** The same request to another address. */
  Request to(URI other) {
    return new Request(method, other, headers, body);
  }

  /** Headers, query and body hold credentials. */
  @Override
  public String toString() {
    return method + " " + uri.getPath();
  }
}
