package io.mcpauth.examples.access;

import io.mcpauth.access.AccessControl;
import io.mcpauth.access.AccessRule;
import io.mcpauth.access.AccessTarget;
import io.mcpauth.config.Setting;
import io.mcpauth.config.Settings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code access ...}: opens and closes access, cuts callers off, and undoes it, in the store that
 * the server's settings name. The server may run meanwhile or not.
 */
@Command(
    name = "access",
    description = {
      "Opens and closes access, and cuts callers off, in the store of MCP_AUTH_STORE_URL.",
      "Exit status 0: it is done. 1: the arguments or settings are wrong, or there is nothing to"
          + " undo. 2: the store fails."
    })
public final class AccessCommand extends StateCommand {
  /** It is done. */
  public static final int DONE = 0;

  /** The arguments or the settings are wrong, or there is nothing to undo. */
  public static final int WRONG = 1;

  /** The store cannot do it; a change is done or not. */
  public static final int FAILED = 2;

  private final Function<Settings, KnownIssuers> issuers;

  /**
   * The command of a server.
   *
   * @param settings those of the server
   * @param issuers those of its callers
   */
  public AccessCommand(Supplier<Settings> settings, Function<Settings, KnownIssuers> issuers) {
    super("access", settings);
    this.issuers = issuers;
  }

  /** What is done with the store. */
  private interface Work {
    int on(AccessControl control, KnownIssuers issuers);
  }

  @Command(description = "Says whether access is open, and how many rules are in force.")
  int status() {
    return run(
        (control, known) -> {
          say(RuleText.of(control.status()));
          int rules = control.list().size();
          say(rules == 1 ? "1 rule is in force." : rules + " rules are in force.");
          return DONE;
        });
  }

  @Command(description = "Lets everybody in who has what the policy asks for.")
  int open() {
    return run(
        (control, known) -> {
          say(RuleText.of(control.open()));
          return DONE;
        });
  }

  @Command(description = "Lets known clients alone in: those of 'access allow', and open sessions.")
  int known() {
    return run(
        (control, known) -> {
          say(RuleText.of(control.knownOnly()));
          return DONE;
        });
  }

  @Command(description = "Lets nobody in, and ends what runs.")
  int close(
      @Option(
              names = "--message",
              paramLabel = "M",
              description = "what the refused are told, at most 200 characters")
          @Nullable String message,
      @Option(
              names = "--retry-after",
              paramLabel = "S",
              defaultValue = "60",
              description = "after how many seconds they may come again; 60 unless it is said")
          long seconds) {
    return run(
        (control, known) -> {
          String text = message == null ? "" : message;
          say(RuleText.of(control.close(text, Duration.ofSeconds(seconds))));
          return DONE;
        });
  }

  @Command(
      description = {
        "Ends what callers have: of a client, a user, both, an issuer or all, every token that was"
            + " issued until now; with --jti one token.",
        "Who logs in again gets in; who must stay out is denied."
      })
  int revoke(
      @Mixin Callers callers,
      @Option(names = "--jti", paramLabel = "J", description = "the jti of a single token")
          @Nullable String tokenId,
      @Option(
              names = "--until",
              paramLabel = "T",
              description =
                  "when that token ends, such as 2026-12-01T00:00:00Z; then the rule does")
          @Nullable Instant until,
      @Option(names = "--all", description = "every token of every issuer") boolean all) {
    return run(
        (control, known) -> {
          if (tokenId == null) {
            return make(cutOff(callers, until, all, known), control::cutOff);
          }
          return make(
              tokens(callers, tokenId, all, known),
              token -> until == null ? control.deny(token) : control.deny(token, until));
        });
  }

  private static List<AccessTarget> cutOff(
      Callers callers, @Nullable Instant until, boolean all, KnownIssuers known) {
    if (until != null) {
      throw new IllegalArgumentException(
          "--until is for a token. Write --jti too, or leave it out.");
    }
    if (all == callers.named()) {
      throw new IllegalArgumentException(
          all
              ? "--all is everybody, and names nobody beside. Leave the others out, or --all."
              : "Nobody is named. Write --client, --subject, --issuer or --jti; or --all for"
                  + " everybody.");
    }
    return all ? List.of(AccessTarget.all()) : callers.targets(known);
  }

  private static List<AccessTarget> tokens(
      Callers callers, String tokenId, boolean all, KnownIssuers known) {
    if (all || callers.inPart()) {
      throw new IllegalArgumentException(
          "--jti is one token, whosever it is. Leave out --client, --subject and --all.");
    }
    return callers.issuers(known).stream().map(of -> AccessTarget.token(of, tokenId)).toList();
  }

  @Command(description = "Keeps callers out until it is undone, whatever they bring.")
  int deny(
      @Mixin Callers callers,
      @Option(names = "--group", paramLabel = "G", description = "a group of users, by its name")
          @Nullable String group) {
    return run((control, known) -> make(targets(callers, group, known), control::deny));
  }

  @Command(description = "Makes callers known, for 'access known'.")
  int allow(
      @Mixin Callers callers,
      @Option(names = "--group", paramLabel = "G", description = "a group of users, by its name")
          @Nullable String group) {
    return run((control, known) -> make(targets(callers, group, known), control::allow));
  }

  private static List<AccessTarget> targets(
      Callers callers, @Nullable String group, KnownIssuers known) {
    if (group != null && callers.inPart()) {
      throw new IllegalArgumentException(
          "A group stands alone. Leave out --client and --subject, or give two commands.");
    }
    if (group == null && !callers.named()) {
      throw new IllegalArgumentException(
          "Nobody is named. Write --client, --subject, --issuer or --group.");
    }
    return group == null
        ? callers.targets(known)
        : callers.issuers(known).stream().map(of -> AccessTarget.group(of, group)).toList();
  }

  private int make(List<AccessTarget> targets, Function<AccessTarget, AccessRule> rule) {
    targets.forEach(target -> say(RuleText.of(rule.apply(target))));
    return DONE;
  }

  @Command(description = "Shows the rules that are in force, the oldest first.")
  int list() {
    return run(
        (control, known) -> {
          List<AccessRule> rules = control.list();
          rules.forEach(rule -> say(RuleText.of(rule)));
          if (rules.isEmpty()) {
            say("No rule is in force.");
          }
          return DONE;
        });
  }

  @Command(description = "Undoes a rule.")
  int undo(
      @Parameters(paramLabel = "ID", description = "of the rule, as 'access list' has it")
          String id) {
    return run(
        (control, known) -> {
          if (control.undo(id)) {
            say(id + "  undone");
            return DONE;
          }
          return complain(
              "There is no rule '" + id + "'. 'access list' has those that are there.", WRONG);
        });
  }

  private int run(Work work) {
    return run(
        all -> {
          requireStore(all);
          KnownIssuers known = issuers.apply(all);
          return onStore(
              all,
              store -> work.on(AccessControl.on(store).forIssuers(known.all()).by(name()), known));
        });
  }

  private static void requireStore(Settings all) {
    if (!hasStore(all)) {
      throw new IllegalArgumentException(
          Setting.STORE_URL.key()
              + (all.value(Setting.STORE_URL) == null ? " is not set" : " is 'memory'")
              + ", so a server has this in its memory, where no command gets at it. Set it for the"
              + " server and for the command: 'file:PATH' for one node,"
              + " 'jdbc:postgresql://HOST/DATABASE' for several.");
    }
  }

  private static String name() {
    String user = System.getProperty("user.name", "");
    return user.matches("[\\w.-]{1,100}") ? "command line, " + user : "command line";
  }

  @Override
  int wrong() {
    return WRONG;
  }

  @Override
  int failed() {
    return FAILED;
  }
}
