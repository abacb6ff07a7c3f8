package io.mcpauth.examples.walkthrough;

import io.mcpauth.discovery.BearerChallenge;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** The checks of one answer: each passes and is noted, or ends the walk-through. */
final class Expect {
  private final Answer answer;
  private final List<String> passed = new ArrayList<>();

  Expect(Answer answer) {
    this.answer = answer;
  }

  /** What was right, in words. */
  List<String> passed() {
    return passed;
  }

  void status(int expected) {
    equal("status " + expected, expected, answer.status());
  }

  /** Checks a value that may be shown. */
  void equal(String what, Object expected, Object came) {
    check(what, expected.equals(came), String.valueOf(expected), String.valueOf(came));
  }

  /** Checks something in words only: for values that are secrets, or too long. */
  void that(String what, boolean right) {
    check(what, right, "that it is so", "that it is not so");
  }

  void contains(String what, String expected, String came) {
    check(what, came.contains(expected), "a text with '" + expected + "'", came);
  }

  /** Checks a list whose order means nothing. */
  void sameSet(String what, Collection<String> expected, Collection<String> came) {
    equal(what, new TreeSet<>(expected), new TreeSet<>(came));
  }

  private void check(String what, boolean right, String expected, String came) {
    if (!right) {
      throw new WrongAnswerException(what, expected, came);
    }
    passed.add(what);
  }

  /** The JSON object of the body. */
  JsonNode json() {
    JsonNode json = answer.json();
    boolean declared =
        answer.isEventStream() || answer.header("Content-Type").startsWith("application/json");
    if (!declared || !json.isObject()) {
      throw new WrongAnswerException("the body", "a JSON object", "something else");
    }
    return json;
  }

  /** A member of a JSON object that is a text. */
  String text(JsonNode object, String member) {
    JsonNode value = object.path(member);
    if (!value.isString() || value.stringValue().isEmpty()) {
      throw new WrongAnswerException(member, "a text", String.valueOf(value));
    }
    return value.stringValue();
  }

  /** A member of a JSON object that is an array of texts. */
  static List<String> texts(JsonNode object, String member) {
    List<String> texts = new ArrayList<>();
    object.path(member).forEach(element -> texts.add(element.stringValue("")));
    return texts;
  }

  /** The words of a space-separated scope (RFC 6749 section 3.3). */
  static Set<String> scopes(String scope) {
    Set<String> scopes = new TreeSet<>(Arrays.asList(scope.split(" ", -1)));
    scopes.remove("");
    return scopes;
  }

  URI address(String what, String text) {
    try {
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new WrongAnswerException(what, "an address", "something else");
    }
  }

  /** Where a 303 sends the browser, whatever it has just done (RFC 9700 section 4.12). */
  URI redirect() {
    status(303);
    return address("the Location header", answer.header("Location"));
  }

  String header(String name) {
    return answer.header(name);
  }

  /** The body as a page. */
  Page page() {
    if (!answer.header("Content-Type").startsWith("text/html")) {
      throw new WrongAnswerException("the body", "a page", "something else");
    }
    return new Page(answer.body());
  }

  /** The one challenge of the answer. */
  BearerChallenge challenge() {
    List<String> lines = answer.headers().allValues("WWW-Authenticate");
    equal("one WWW-Authenticate header", 1, lines.size());
    List<BearerChallenge> challenges = BearerChallenge.all(lines);
    if (challenges.size() != 1 || challenges.get(0).isDpop()) {
      throw new WrongAnswerException("the challenge", "Bearer, once", lines.get(0));
    }
    return challenges.get(0);
  }

  /** The scopes that a challenge names. */
  static Set<String> scopes(BearerChallenge challenge) {
    Set<String> scopes = challenge.scopes();
    return scopes == null ? Set.of() : scopes;
  }

  /** Where a challenge says that the metadata are (RFC 9728 section 5.1). */
  static URI metadataAddress(BearerChallenge challenge) {
    URI address = challenge.resourceMetadata();
    if (address == null) {
      throw new WrongAnswerException("resource_metadata", "an address", "none");
    }
    return address;
  }

  /** The body of a refusal at the MCP endpoint, for clients that read no headers. */
  void rpcError() {
    int code = json().path("error").path("code").intValue(0);
    equal("the body is a JSON-RPC error", -32001, code);
  }

  /** The OAuth error of the body (RFC 6749 section 5.2). */
  void error(String expected) {
    status(400);
    equal("error " + expected, expected, text(json(), "error"));
  }
}
