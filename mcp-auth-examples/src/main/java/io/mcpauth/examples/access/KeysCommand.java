package io.mcpauth.examples.access;

import static io.mcpauth.error.AuthException.fitForLog;

import io.mcpauth.config.Setting;
import io.mcpauth.config.Settings;
import io.mcpauth.key.CreatedKey;
import io.mcpauth.key.IssuedKey;
import io.mcpauth.key.KeyControl;
import io.mcpauth.key.NewKey;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.policy.ToolPolicy;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code keys ...}: makes keys for callers that cannot log in, rotates and revokes them, in the
 * file or the store that the server's settings name. The server may run meanwhile or not.
 */
@Command(
    name = "keys",
    description = {
      "Makes, rotates and revokes API keys, in MCP_AUTH_API_KEYS_FILE or the store of"
          + " MCP_AUTH_STORE_URL.",
      "Exit status 0: it is done. 1: the store fails. 2: the arguments, the settings or the file"
          + " are wrong, or there is no such key."
    })
public final class KeysCommand extends StateCommand {
  /** It is done. */
  public static final int DONE = 0;

  /** The store cannot do it; a change is done or not. */
  public static final int FAILED = 1;

  /** The arguments, the settings or the file are wrong, or there is no such key. */
  public static final int WRONG = 2;

  private final Function<Settings, ResourceIdentifier> resource;
  private final Function<Settings, ToolPolicy> policy;

  /**
   * The command of a server.
   *
   * @param settings those of the server
   * @param resource what the server says it is, which keys are for
   * @param policy what it holds its callers to; throws IllegalArgumentException where that is wrong
   */
  public KeysCommand(
      Supplier<Settings> settings,
      Function<Settings, ResourceIdentifier> resource,
      Function<Settings, ToolPolicy> policy) {
    super("keys", settings);
    this.resource = resource;
    this.policy = policy;
  }

  @Command(
      description = {
        "Makes a key, and prints it on the last line: it is shown once, and kept as a hash.",
        "A running server knows it within two seconds."
      })
  int create(
      @Option(
              names = "--name",
              paramLabel = "N",
              required = true,
              description = "what it is called: the client id of its callers, such as ci")
          String name,
      @Option(
              names = "--scopes",
              paramLabel = "S",
              defaultValue = "",
              description = "what it may do: scopes, separated by spaces; none unless it is said")
          String words,
      @Option(
              names = "--owner",
              paramLabel = "O",
              description = "whose it is: the subject of its callers; nobody's unless it is said")
          @Nullable String owner,
      @Option(
              names = "--expires",
              paramLabel = "D",
              converter = SpanOfTime.class,
              description = "how long it lasts, such as 90d or 12h; 365d unless it is said")
          @Nullable Duration life,
      @Option(
              names = "--basic",
              description = "for HTTP Basic: N is the user, and the key the password")
          boolean basic) {
    List<String> asked = words.isBlank() ? List.of() : List.of(words.strip().split("[ ,]+", -1));
    NewKey key;
    try {
      key = NewKey.named(name).scopes(asked.toArray(String[]::new));
      key = owner == null ? key : key.owner(owner);
      key = life == null ? key : key.lasting(life);
      key = basic ? key.use(IssuedKey.Use.BASIC) : key;
    } catch (IllegalArgumentException e) {
      return complain(String.valueOf(e.getMessage()), WRONG);
    }
    NewKey wanted = key;
    return onKeys(
        (control, all) -> {
          boolean accepted = accepts(basic, all);
          CreatedKey created = control.create(wanted);
          warnOfUnknown(asked, all, policy);
          if (!accepted) {
            remark(
                "keys: warning: a server with these settings does not accept it. Write "
                    + (basic ? Setting.BASIC.key() + "=keys" : Setting.API_KEYS.key() + "=true")
                    + " for the server.");
          }
          return hand(created);
        });
  }

  /** A place for keys is not enough in a store, nor for accounts anywhere. */
  private static boolean accepts(boolean basic, Settings all) {
    return basic
        ? "keys".equals(all.value(Setting.BASIC))
        : all.value(Setting.API_KEYS_FILE) != null || all.flag(Setting.API_KEYS);
  }

  @Command(description = "Shows the keys without their secrets, by name.")
  int list() {
    return onKeys(
        (control, all) -> {
          List<IssuedKey> keys = control.list();
          keys.forEach(key -> say(KeyLine.of(key, Instant.now())));
          if (keys.isEmpty()) {
            say("There is no key.");
          }
          return DONE;
        });
  }

  @Command(
      description = {
        "Gives a key a new secret, and prints it on the last line: it is shown once.",
        "The secret before is good for another day, or for as long as is said."
      })
  int rotate(
      @Parameters(paramLabel = "NAME", description = "of the key, as 'keys list' has it")
          String name,
      @Option(
              names = "--overlap",
              paramLabel = "D",
              defaultValue = "24h",
              converter = SpanOfTime.class,
              description = "for how long both are good; 0 for not at all, 24h unless it is said")
          Duration overlap) {
    return onKeys((control, all) -> hand(control.rotate(name, overlap)));
  }

  @Command(
      description = {
        "Ends a key with all its secrets, for good.",
        "A running server refuses it within two seconds."
      })
  int revoke(
      @Parameters(paramLabel = "NAME", description = "of the key, as 'keys list' has it")
          String name) {
    return onKeys(
        (control, all) -> {
          if (control.revoke(name)) {
            say(name + "  revoked");
            return DONE;
          }
          return complain(
              "There is no key '" + fitForLog(name) + "'. 'keys list' has those that are there.",
              WRONG);
        });
  }

  /** The key is all of the standard output, so that a shell can take it into a variable. */
  private int hand(CreatedKey created) {
    remark(KeyLine.of(created.key(), Instant.now()));
    remark("Shown this once, and kept as a hash. Hand it to whoever calls with it:");
    say(created.secret());
    return DONE;
  }

  /** What is done with the keys. */
  private interface Work {
    int on(KeyControl control, Settings settings);
  }

  private int onKeys(Work work) {
    return run(
        all -> {
          String file = all.value(Setting.API_KEYS_FILE);
          requireOnePlace(all);
          ResourceIdentifier of = resource.apply(all);
          return file == null
              ? onStore(all, store -> work.on(prefixed(KeyControl.on(store, of), all), all))
              : work.on(prefixed(KeyControl.inFile(path(all, file), of), all), all);
        });
  }

  private static KeyControl prefixed(KeyControl control, Settings all) {
    String prefix = all.value(Setting.API_KEY_PREFIX);
    return prefix == null
        ? control
        : all.naming(Setting.API_KEY_PREFIX, () -> control.prefix(prefix));
  }

  private static Path path(Settings all, String file) {
    try {
      return Path.of(file);
    } catch (InvalidPathException e) {
      throw all.wrong(Setting.API_KEYS_FILE, "which is no path. Write that of a file.");
    }
  }

  private static void requireOnePlace(Settings all) {
    String file = Setting.API_KEYS_FILE.key();
    if (all.value(Setting.API_KEYS_FILE) != null) {
      if (all.flag(Setting.API_KEYS)) {
        throw new IllegalArgumentException(
            all.at(Setting.API_KEYS)
                + " and "
                + all.at(Setting.API_KEYS_FILE)
                + " each say where the keys are. Remove one of them.");
      }
      return;
    }
    if (!hasStore(all)) {
      throw new IllegalArgumentException(
          file
              + " is not set, and "
              + Setting.STORE_URL.key()
              + (all.value(Setting.STORE_URL) == null ? " neither" : " is 'memory'")
              + ", so there is no place for keys. Set one of them for the server and for the"
              + " command: "
              + file
              + "=PATH for a file of keys; "
              + Setting.STORE_URL.key()
              + "=file:PATH for one node, or jdbc:postgresql://HOST/DATABASE for several, and "
              + Setting.API_KEYS.key()
              + "=true for the server to accept its keys.");
    }
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
