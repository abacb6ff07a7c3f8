package io.mcpauth.examples.walkthrough;

import java.io.IOException;
import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Sends requests, shows them with their answers, and has each answer checked. */
final class Conversation {
  private final Network network;
  private final Transcript transcript;

  Conversation(Network network, Transcript transcript) {
    this.network = network;
    this.transcript = transcript;
  }

  Transcript transcript() {
    return transcript;
  }

  /**
   * One request and its answer.
   *
   * @param checks what the right answer looks like; there is no way to send without
   * @throws WrongAnswerException if the answer is another one, or none
   */
  Answer exchange(Request request, Consumer<Expect> checks) {
    transcript.sent(request);
    Expect expect = null;
    try {
      Answer answer = send(request);
      transcript.came(answer);
      expect = new Expect(answer);
      checks.accept(expect);
      transcript.right(expect.passed());
      return answer;
    } catch (WrongAnswerException e) {
      transcript.wrong(expect == null ? List.of() : expect.passed(), e);
      throw e;
    }
  }

  /**
   * What a program printed, which is no answer and counts as none.
   *
   * @param checks what the right text looks like
   * @throws WrongAnswerException if it is another one
   */
  void printed(String text, Consumer<Expect> checks) {
    transcript.printed(text);
    Expect expect = new Expect(new Answer(0, HttpHeaders.of(Map.of(), (n, v) -> true), text));
    try {
      checks.accept(expect);
      transcript.passed(expect.passed());
    } catch (WrongAnswerException e) {
      transcript.wrong(expect.passed(), e);
      throw e;
    }
  }

  private Answer send(Request request) {
    try {
      return network.send(request);
    } catch (IOException e) {
      WrongAnswerException wrong =
          new WrongAnswerException(
              request.toString(), "an answer", "none (" + e.getClass().getSimpleName() + ")");
      wrong.initCause(e);
      throw wrong;
    }
  }
}
