package io.mcpauth.examples.walkthrough;

import io.mcpauth.client.TokenSet;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Step 19: credentials that are no good, each with a call that works with a good one. */
final class RefusalSteps {
  private final Conversation conversation;
  private final URI endpoint;

  RefusalSteps(Conversation conversation, URI endpoint) {
    this.conversation = conversation;
    this.endpoint = endpoint;
  }

  void run(TokenSet tokens) {
    String good = tokens.accessToken().value();
    conversation
        .transcript()
        .step(
            "Credentials that are no good",
            "Made up, changed, sent twice, sent in the address: none opens the door.",
            "RFC 6750 sections 2 and 3.1, RFC 9700 section 4.3.2; MCP authorization, \"Token"
                + " Requirements\"");
    Request bare =
        new McpSession(conversation, endpoint).request("tools/call", McpSession.tool("list_files"));
    send("Made up:", bearer(bare, "made-up-token"), expect -> refused(expect, 401));
    send(
        "The good one with one letter of its signature changed:",
        bearer(bare, tampered(good)),
        expect -> refused(expect, 401));
    send("The good one, twice:", bearer(bearer(bare, good), good), expect -> refused(expect, 400));
    inTheAddress(bare, good);
  }

  private void inTheAddress(Request bare, String token) {
    URI address =
        URI.create(endpoint + "?access_token=" + URLEncoder.encode(token, StandardCharsets.UTF_8));
    send(
        "The good one, in the header and in the address:",
        bearer(bare, token).to(address),
        expect -> refused(expect, 400));
    send(
        "The good one, in the address only, where logs would keep it: as good as none:",
        bare.to(address),
        expect -> {
          expect.status(401);
          expect.that("no error code", expect.challenge().error() == null);
          expect.rpcError();
        });
  }

  private void send(String words, Request request, Consumer<Expect> checks) {
    conversation.transcript().say(words);
    conversation.exchange(request, checks);
  }

  private static void refused(Expect expect, int status) {
    String error = status == 401 ? "invalid_token" : "invalid_request";
    expect.status(status);
    expect.equal(error, error, String.valueOf(expect.challenge().error()));
    expect.rpcError();
  }

  private static Request bearer(Request request, String token) {
    return request.with("Authorization", "Bearer " + token);
  }

  /** Changes the first letter of the signature: the last holds bits that mean nothing. */
  private static String tampered(String token) {
    int at = token.lastIndexOf('.') + 1;
    char other = token.charAt(at) == 'A' ? 'B' : 'A';
    return token.substring(0, at) + other + token.substring(at + 1);
  }
}
