package io.mcpauth.examples.walkthrough;

import io.mcpauth.client.AuthorizationCode;
import io.mcpauth.client.ScopeSelection;
import io.mcpauth.client.TokenSet;
import io.mcpauth.discovery.BearerChallenge;
import io.mcpauth.examples.FileToolsServer;
import io.mcpauth.examples.FileToolsSettings;
import java.io.PrintStream;
import java.util.Map;
import java.util.Set;

/**
 * Plays a client against the file-tools server and its embedded authorization server, both started
 * for the occasion on free ports, and prints every step with what was sent and what came back.
 *
 * <p>Secrets are left out of what is printed. The first wrong answer ends it.
 */
public final class Walkthrough {
  private final Target target;
  private final Conversation conversation;
  private final Transcript transcript;

  private Walkthrough(Target target, Network network, Transcript transcript) {
    this.target = target;
    this.conversation = new Conversation(network, transcript);
    this.transcript = transcript;
  }

  /**
   * Runs, and ends the process: status 0 if every answer was the right one, else 1.
   *
   * @param args none are read
   */
  public static void main(String[] args) {
    // The server's log of refusals would come in between; what it says is in the transcript.
    System.setProperty("org.slf4j.simpleLogger.log.io.mcpauth", "warn");
    // Always, because frameworks leave idle threads that the Maven plugin would wait for.
    System.exit(run(System.out) ? 0 : 1);
  }

  /**
   * Starts the servers, walks through, and stops them.
   *
   * @param out where to print
   * @return whether every answer was the right one
   */
  public static boolean run(PrintStream out) {
    Transcript transcript = new Transcript(out);
    // No directory: a sample that is deleted at the end. No password: one made up for the run.
    FileToolsSettings settings =
        FileToolsSettings.from(
            Map.of(
                "FILE_TOOLS_PORT", "0",
                "FILE_TOOLS_AS_PORT", "0",
                "FILE_TOOLS_ANONYMOUS_ABOUT", "true"));
    try (FileToolsServer server = FileToolsServer.start(settings)) {
      return run(Target.of(server), Network.http(), transcript);
    } catch (IllegalArgumentException | IllegalStateException e) {
      transcript.broken(String.valueOf(e.getMessage()));
      return false;
    } finally {
      out.flush();
    }
  }

  static boolean run(Target target, Network network, Transcript transcript) {
    boolean right = false;
    try {
      new Walkthrough(target, network, transcript).steps();
      right = true;
    } catch (WrongAnswerException e) {
      // Printed already, where it came.
    } catch (RuntimeException e) {
      // Its message could quote an answer.
      transcript.broken(e.getClass().getSimpleName());
    }
    transcript.summary();
    return right;
  }

  private void steps() {
    transcript.say("A client that knows one address: " + target.endpoint());
    McpSession session = new McpSession(conversation, target.endpoint());
    new FirstLook(transcript, session).run();
    try (Tap tap = new Tap(conversation)) {
      Discovery.Found found = new Discovery(conversation, target, session, tap).run();
      try (Client client = new Registration(transcript, tap).run(found)) {
        steps(session, found, client, tap);
      }
    }
  }

  private void steps(McpSession session, Discovery.Found found, Client client, Tap tap) {
    AuthorizationSteps user = new AuthorizationSteps(conversation, target, target.user(), client);
    TokenSteps tokens = new TokenSteps(transcript, tap, client);
    TokenSet first = tokens.exchange(user.logIn(found.scopes()), found.scopes());
    session.authorize(first);
    McpSteps mcp = new McpSteps(transcript, session);
    mcp.listTools();
    mcp.look();
    TokenSet second = stepUp(mcp.writeInVain(), first, user, tokens);
    session.authorize(second);
    mcp.writeReadDelete();
    mcp.leaveTheRoot();
    mcp.callWhatIsNotThere();
    new GuestSteps(conversation, target, client, tap).run(second.accessToken().scopes());
    user.refuseOtherResource(found.scopes());
    TokenSet refreshed = tokens.refreshed(first);
    session.authorize(refreshed);
    mcp.lookAgain();
    tokens.replay(first, refreshed);
    session.authorize(second);
    new RefusalSteps(conversation, target.endpoint()).run(second);
    mcp.sayGoodbye();
    tokens.revoke(second);
    new ClientStep(conversation, target).run(found.scopes());
    if (target.operator() != null) {
      new OperatorSteps(conversation, target, target.operator(), found, tap).run();
    }
  }

  /** From revision 2026-07-28 on, clients add what a challenge names to what they have. */
  private TokenSet stepUp(
      BearerChallenge challenge, TokenSet first, AuthorizationSteps user, TokenSteps tokens) {
    Set<String> held = first.accessToken().scopes();
    Set<String> both = new ScopeSelection(held).stepUp(challenge).scopes();
    AuthorizationCode code = user.stepUp(both);
    transcript.say("And the token, as in step 7:");
    return tokens.token(code, both);
  }
}
