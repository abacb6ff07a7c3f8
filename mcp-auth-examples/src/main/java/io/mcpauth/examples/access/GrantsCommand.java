package io.mcpauth.examples.access;

import static io.mcpauth.error.AuthException.fitForLog;

import io.mcpauth.config.Setting;
import io.mcpauth.config.Settings;
import io.mcpauth.issuer.GrantControl;
import io.mcpauth.issuer.IssuedGrant;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code grants ...}: shows and ends what users have granted clients of the authorization server
 * that the application is itself, in the store that the server's settings name. The server may run
 * meanwhile or not.
 */
@Command(
    name = "grants",
    description = {
      "Shows and ends what users have granted clients of your own authorization server, in the"
          + " store of MCP_AUTH_STORE_URL.",
      "Exit status 0: it is done. 1: the store fails. 2: the arguments or the settings are wrong,"
          + " or there is no such grant."
    })
public final class GrantsCommand extends StateCommand {
  /** It is done. */
  public static final int DONE = 0;

  /** The store cannot do it; a change is done or not. */
  public static final int FAILED = 1;

  /** The arguments or the settings are wrong, or there is no such grant. */
  public static final int WRONG = 2;

  /** As {@link GrantControl} has it. */
  private static final int MOST_SHOWN = 1_000;

  /**
   * The command of a server.
   *
   * @param settings those of the server
   */
  public GrantsCommand(Supplier<Settings> settings) {
    super("grants", settings);
  }

  @Command(
      description = "Shows what is in force, the newest first: of a user, a client, both or all.")
  int list(
      @Option(
              names = "--user",
              paramLabel = "S",
              description = "the user, by the sub of the tokens")
          @Nullable String user,
      @Option(names = "--client", paramLabel = "C", description = "the client, by its id")
          @Nullable String client) {
    return onGrants(
        control -> {
          List<IssuedGrant> grants = found(control, user, client);
          grants.forEach(grant -> say(line(grant)));
          if (grants.isEmpty()) {
            say("No grant is in force.");
          }
          if (grants.size() == MOST_SHOWN) {
            remark("There may be more: the newest 1,000 are shown.");
          }
          return DONE;
        });
  }

  private static List<IssuedGrant> found(
      GrantControl control, @Nullable String user, @Nullable String client) {
    if (user == null) {
      return client == null ? control.list() : control.ofClient(client);
    }
    return control.ofUser(user).stream()
        .filter(grant -> client == null || grant.clientId().equals(client))
        .toList();
  }

  private static String line(IssuedGrant grant) {
    String subject = grant.subject();
    return Stream.of(
            grant.id(),
            fitForLog(grant.clientId()),
            subject == null ? "for itself" : fitForLog(subject),
            grant.scopes().isEmpty() ? "no scope" : fitForLog(String.join(" ", grant.scopes())),
            "since " + grant.createdAt() + ", used " + grant.usedAt(),
            "until " + grant.expiresAt())
        .collect(Collectors.joining("  "));
  }

  @Command(
      description = {
        "Ends a grant, or all of a user, a client or both, with their tokens and streams, on every"
            + " server within a second.",
        "Without --grant what was allowed is forgotten too: whoever logs in again is asked again."
      })
  int end(
      @Option(
              names = "--grant",
              paramLabel = "G",
              parameterConsumer = AnyText.class, // one in 64 begins with a hyphen
              description = "one grant, as 'grants list' has it: the sid of its tokens")
          @Nullable String id,
      @Option(
              names = "--user",
              paramLabel = "S",
              description = "the user, by the sub of the tokens")
          @Nullable String user,
      @Option(names = "--client", paramLabel = "C", description = "the client, by its id")
          @Nullable String client) {
    return onGrants(
        control -> {
          if (id != null) {
            return one(control, id, user != null || client != null);
          }
          int ended;
          if (user == null) {
            if (client == null) {
              throw new IllegalArgumentException(
                  "Nothing is named. Write --grant, --user, --client, or the last two.");
            }
            ended = control.endOfClient(client);
          } else {
            ended = client == null ? control.endOfUser(user) : control.endOf(client, user);
          }
          say(ended == 1 ? "1 grant ended." : ended + " grants ended.");
          return DONE;
        });
  }

  private int one(GrantControl control, String id, boolean more) {
    if (more) {
      throw new IllegalArgumentException(
          "--grant is one grant, whosever it is. Leave out --user and --client.");
    }
    if (control.end(id)) {
      say(id + "  ended");
      return DONE;
    }
    return complain(
        "There is no grant '" + fitForLog(id) + "'. 'grants list' has those that are there.",
        WRONG);
  }

  private int onGrants(ToIntFunction<GrantControl> work) {
    return run(
        all -> {
          if (!hasStore(all)) {
            throw new IllegalArgumentException(
                Setting.STORE_URL.key()
                    + (all.value(Setting.STORE_URL) == null ? " is not set" : " is 'memory'")
                    + ", so a server has its grants in its memory, where no command gets at them."
                    + " Set it for the server and for the command: file:PATH for one node, or"
                    + " jdbc:postgresql://HOST/DATABASE for several.");
          }
          return onStore(all, store -> work.applyAsInt(GrantControl.on(store)));
        });
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
