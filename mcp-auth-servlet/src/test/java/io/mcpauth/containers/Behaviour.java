package io.mcpauth.containers;

/** What is held on each container; a column of the page. */
enum Behaviour {
  CREDENTIALS("credentials", "What a request without, with a wrong and with a good token gets"),
  METHODS("methods", "GET, HEAD, POST, DELETE, OPTIONS and unknown methods"),
  BODIES("bodies", "Chunked, capped, encoded, cut off and not yet sent request bodies"),
  STREAMS("streams", "Event streams and chunked answers pass as they are written"),
  DISPATCHES("dispatches", "ASYNC and ERROR dispatches keep the caller"),
  PASSAGES("passages", "No FORWARD, INCLUDE, ASYNC or ERROR dispatch leads in unguarded"),
  PATHS("paths", "No spelling of a path leads past the filter"),
  PARAMETERS("parameters", "Session ids and matrix parameters in a path do not either"),
  TARGETS("targets", "Nor does an absolute, authority, asterisk or broken request target"),
  CONTEXT("context", "A context path other than the root"),
  HOSTS("hosts", "Host, Forwarded and X-Forwarded-* change nothing"),
  METADATA("metadata", "The protected-resource metadata"),
  CACHING("caching", "ETag and 304 of the metadata"),
  HTTP_1_0("HTTP/1.0", "HTTP/1.0"),
  CONNECTIONS("connections", "A refusal leaves the connection in step; no request is smuggled"),
  HTTP_2(
      "HTTP/2",
      "Without TLS: bodies that nothing announces, trailers, many requests on one connection"),
  OWN_LOGIN(
      "own login",
      "By a web.xml alone an authorization server too, for users who log in with the container's"
          + " form");

  private final String heading;
  private final String meaning;

  Behaviour(String heading, String meaning) {
    this.heading = heading;
    this.meaning = meaning;
  }

  /** The column's heading. */
  String heading() {
    return heading;
  }

  /** What the page's legend says of it. */
  String meaning() {
    return meaning;
  }
}
