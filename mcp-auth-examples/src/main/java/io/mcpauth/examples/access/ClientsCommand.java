package io.mcpauth.examples.access;

import static io.mcpauth.error.AuthException.fitForLog;

import io.mcpauth.config.Setting;
import io.mcpauth.config.Settings;
import io.mcpauth.issuer.ClientControl;
import io.mcpauth.issuer.CreatedClient;
import io.mcpauth.issuer.EnteredClient;
import io.mcpauth.issuer.NewClient;
import io.mcpauth.policy.ToolPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code clients ...}: enters clients of the authorization server that the application is itself,
 * limits them, gives them new secrets and switches them off, in the store that the server's
 * settings name. The server may run meanwhile or not.
 */
@Command(
    name = "clients",
    description = {
      "Enters, limits and switches off clients of your own authorization server, in the store of"
          + " MCP_AUTH_STORE_URL.",
      "Exit status 0: it is done. 1: the store fails. 2: the arguments or the settings are wrong,"
          + " or there is no such client."
    })
public final class ClientsCommand extends StateCommand {
  /** It is done. */
  public static final int DONE = 0;

  /** The store cannot do it; a change is done or not. */
  public static final int FAILED = 1;

  /** The arguments or the settings are wrong, or there is no such client. */
  public static final int WRONG = 2;

  /** More than any secret, with the end of its line. */
  private static final int MOST_BYTES = 1_024;

  private final Function<Settings, ToolPolicy> policy;

  /**
   * The command of a server.
   *
   * @param settings those of the server
   * @param policy what it holds its callers to; throws IllegalArgumentException where that is wrong
   */
  public ClientsCommand(Supplier<Settings> settings, Function<Settings, ToolPolicy> policy) {
    super("clients", settings);
    this.policy = policy;
  }

  @Command(
      description = {
        "Enters a client. A secret that is not given is made, and printed on the last line: it is"
            + " shown once, and kept as a hash.",
        "A running server knows it within a second."
      })
  int add(
      @Option(
              names = "--id",
              paramLabel = "ID",
              required = true,
              description = "its client_id, such as chatgpt-connector")
          String id,
      @Mixin ClientUses uses,
      @Option(
              names = "--scopes",
              paramLabel = "S",
              description =
                  "all that it may have: scopes, separated by spaces; every scope unless it is"
                      + " said")
          @Nullable String scopes,
      @Option(
              names = "--auth",
              paramLabel = "A",
              defaultValue = "client_secret_post",
              description =
                  "how it proves itself: client_secret_post unless it is said,"
                      + " client_secret_basic, or none for a program that can keep no secret")
          String auth,
      @Option(
              names = "--secret-file",
              paramLabel = "F",
              description = "a file with the secret that it has already")
          @Nullable String secretFile,
      @Option(
              names = "--name",
              paramLabel = "N",
              description = "what its users read; ID unless it is said")
          @Nullable String name,
      @Option(
              names = "--lifetime",
              paramLabel = "L",
              converter = TokenLifetime.class,
              description =
                  "how long its access tokens last, in seconds or such as 8h; as the server's"
                      + " unless it is said")
          @Nullable Duration lifetime) {
    return onClients(
        (control, all) -> {
          NewClient client = uses.of(NewClient.withId(id).authMethod(known(auth)));
          client = scopes == null ? client : client.scopes(words(scopes).toArray(String[]::new));
          client = name == null ? client : client.name(name);
          client = lifetime == null ? client : client.lifetime(lifetime);
          client = secretFile == null ? client : client.secret(secret(secretFile));
          CreatedClient created = control.add(client);
          compare(created.client().scopes(), all);
          return hand(created, secretFile == null);
        });
  }

  /** One with keys is entered by the application, which has them. */
  private static String known(String auth) {
    if (auth.equals("private_key_jwt")) {
      throw new IllegalArgumentException(
          "A client with keys is entered in code, by ClientControl. Write client_secret_basic for"
              + " one with a secret.");
    }
    return auth;
  }

  @Command(description = "Shows the clients that were entered, by id.")
  int list() {
    return onClients(
        (control, all) -> {
          List<EnteredClient> clients = control.list();
          clients.forEach(client -> say(ClientLine.of(client)));
          if (clients.isEmpty()) {
            say("No client was entered.");
          }
          return DONE;
        });
  }

  @Command(description = "Shows all that is known of a client, without its secrets.")
  int show(@Parameters(paramLabel = "ID", description = "as 'clients list' has it") String id) {
    return onClients(
        (control, all) -> {
          EnteredClient client = control.find(id);
          if (client == null) {
            return unknownClient(id);
          }
          ClientLine.all(client, Instant.now()).forEach(this::say);
          return DONE;
        });
  }

  @Command(
      description = {
        "Gives a client a new secret, and prints it on the last line: it is shown once.",
        "The secret before is good for another day, or for as long as is said."
      })
  int rotate(
      @Parameters(paramLabel = "ID", description = "as 'clients list' has it") String id,
      @Option(
              names = "--overlap",
              paramLabel = "D",
              defaultValue = "24h",
              converter = SpanOfTime.class,
              description = "for how long both are good; 0 for not at all, 24h unless it is said")
          Duration overlap,
      @Option(
              names = "--secret-file",
              paramLabel = "F",
              description = "a file with the new secret; one is made unless it is said")
          @Nullable String secretFile) {
    return onClients(
        (control, all) ->
            secretFile == null
                ? hand(control.rotate(id, overlap), true)
                : hand(control.rotate(id, overlap, secret(secretFile)), false));
  }

  @Command(
      description = {
        "Limits what a client gets.",
        "Access tokens of it with a scope beyond that end at once; its users need not log in again."
      })
  int limit(
      @Parameters(paramLabel = "ID", description = "as 'clients list' has it") String id,
      @Option(
              names = "--scopes",
              paramLabel = "S",
              description = "all that it may have: scopes, separated by spaces; '*' for every one")
          @Nullable String scopes,
      @Option(
              names = "--lifetime",
              paramLabel = "L",
              converter = TokenLifetime.class,
              description =
                  "how long its access tokens last, in seconds or such as 8h; 0 for as the"
                      + " server's")
          @Nullable Duration lifetime) {
    return onClients(
        (control, all) -> {
          if (scopes == null && lifetime == null) {
            return complain("There is nothing to limit. Write --scopes or --lifetime.", WRONG);
          }
          Set<String> only = scopes == null || isEvery(scopes) ? null : words(scopes);
          Duration tokens = lifetime == null || lifetime.isZero() ? null : lifetime;
          requireLimits(only, tokens); // both, before either is changed
          EnteredClient client = scopes == null ? null : control.limit(id, only);
          client = lifetime == null ? client : control.lifetime(id, tokens);
          compare(only, all);
          return shown(client);
        });
  }

  private static boolean isEvery(String scopes) {
    return scopes.strip().equals("*");
  }

  private static void requireLimits(@Nullable Set<String> scopes, @Nullable Duration lifetime) {
    NewClient probe = NewClient.withId("probe");
    probe = scopes == null ? probe : probe.scopes(scopes.toArray(String[]::new));
    NewClient unused = lifetime == null ? probe : probe.lifetime(lifetime);
  }

  @Command(
      description = {
        "Switches a client off: it gets no code and no token, and keeps its secret.",
        "What it has ends on every server within a second; once it is switched on again, its users"
            + " log in again."
      })
  int disable(@Parameters(paramLabel = "ID", description = "as 'clients list' has it") String id) {
    return onClients((control, all) -> shown(control.disable(id)));
  }

  @Command(description = "Switches a client on again.")
  int enable(@Parameters(paramLabel = "ID", description = "as 'clients list' has it") String id) {
    return onClients((control, all) -> shown(control.enable(id)));
  }

  @Command(description = "Removes a client with its secrets and all that it has, for good.")
  int remove(@Parameters(paramLabel = "ID", description = "as 'clients list' has it") String id) {
    return onClients(
        (control, all) -> {
          if (!control.remove(id)) {
            return unknownClient(id);
          }
          say(fitForLog(id) + "  removed");
          return DONE;
        });
  }

  private int unknownClient(String id) {
    return complain(
        "There is no client '" + fitForLog(id) + "'. 'clients list' has those that are there.",
        WRONG);
  }

  private int shown(@Nullable EnteredClient client) {
    if (client != null) {
      say(ClientLine.of(client));
    }
    return DONE;
  }

  /** A made secret is all of the standard output, so that a shell can take it into a variable. */
  private int hand(CreatedClient created, boolean made) {
    String secret = created.secret();
    if (secret == null || !made) {
      return shown(created.client());
    }
    remark(ClientLine.of(created.client()));
    remark("Shown this once, and kept as a hash. Hand it to whoever sets the client up:");
    say(secret);
    return DONE;
  }

  private static Set<String> words(String scopes) {
    return scopes.isBlank()
        ? Set.of()
        : new LinkedHashSet<>(List.of(scopes.strip().split("[ ,]+", -1)));
  }

  /** The first line; what an editor adds to its end is no part of it. */
  private static String secret(String file) {
    try (var content = Files.newInputStream(Path.of(file))) {
      byte[] bytes = content.readNBytes(MOST_BYTES);
      return new String(bytes, StandardCharsets.UTF_8).stripTrailing();
    } catch (IOException | InvalidPathException e) {
      throw new IllegalArgumentException(
          "The file of --secret-file cannot be read. Write the path of one with the secret alone.",
          e);
    }
  }

  private void compare(@Nullable Set<String> scopes, Settings all) {
    if (scopes != null) {
      warnOfUnknown(scopes, all, policy);
    }
  }

  /** What is done with the clients. */
  private interface Work {
    int on(ClientControl control, Settings settings);
  }

  private int onClients(Work work) {
    return run(
        all -> {
          if (!hasStore(all)) {
            throw new IllegalArgumentException(
                Setting.STORE_URL.key()
                    + (all.value(Setting.STORE_URL) == null ? " is not set" : " is 'memory'")
                    + ", so there is no place for clients. Set it for the server and for the"
                    + " command: file:PATH for one node, or jdbc:postgresql://HOST/DATABASE for"
                    + " several.");
          }
          return onStore(all, store -> work.on(ClientControl.on(store), all));
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
