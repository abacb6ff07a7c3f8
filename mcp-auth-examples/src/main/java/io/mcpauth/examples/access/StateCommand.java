package io.mcpauth.examples.access;

import io.mcpauth.config.ConfiguredServer;
import io.mcpauth.config.Setting;
import io.mcpauth.config.Settings;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.store.OpenStore;
import io.mcpauth.store.Store;
import io.mcpauth.store.StoreException;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that changes what servers keep, which may run meanwhile or not. */
abstract class StateCommand {
  private final String name;
  private final Supplier<Settings> settings;

  @Spec private @Nullable CommandSpec spec;

  /**
   * A command of a server.
   *
   * @param name what messages begin with
   * @param settings those of the server
   */
  StateCommand(String name, Supplier<Settings> settings) {
    this.name = name;
    this.settings = settings;
  }

  /** The exit status where arguments or settings are wrong. */
  abstract int wrong();

  /** The exit status where what servers keep cannot be read or changed. */
  abstract int failed();

  /** Does the work, and says what is wrong with it. */
  final int run(ToIntFunction<Settings> work) {
    try {
      return work.applyAsInt(settings.get());
    } catch (IllegalArgumentException e) {
      return complain(String.valueOf(e.getMessage()), wrong());
    } catch (IllegalStateException | StoreException e) {
      return complain(String.valueOf(e.getMessage()), failed());
    }
  }

  /** Whether a command can get at the store of a server. */
  static boolean hasStore(Settings all) {
    String url = all.value(Setting.STORE_URL);
    return url != null && !url.equals("memory");
  }

  /** Opens the store for the work alone. A command never waits for a database: it says so. */
  static int onStore(Settings all, ToIntFunction<Store> work) {
    try (OpenStore opened = ConfiguredServer.store(all.with(Setting.STORE_AT_START, "fail"))) {
      return work.applyAsInt(opened.store());
    }
  }

  final void say(String line) {
    commandLine().getOut().println(line);
  }

  /** Says something that is no result, and so not in the way of whoever reads those. */
  final void remark(String line) {
    PrintWriter err = commandLine().getErr();
    err.println(line);
    err.flush();
  }

  /**
   * Warns of scopes that the policy does not name: one may be a slip of the pen, and a policy may
   * change, so what was asked is done.
   *
   * @param policy of the server; throws IllegalArgumentException where that is wrong
   */
  final void warnOfUnknown(
      Collection<String> scopes, Settings all, Function<Settings, ToolPolicy> policy) {
    List<String> known;
    try {
      known = policy.apply(all).scopes();
    } catch (IllegalArgumentException e) {
      remark(name + ": warning: the scopes are not compared with the policy: " + e.getMessage());
      return;
    }
    for (String scope : scopes) {
      if (!known.contains(scope)) {
        remark(
            name
                + ": warning: the policy does not name the scope '"
                + scope
                + "'. It has "
                + String.join(", ", known)
                + ".");
      }
    }
  }

  /** Says what is wrong. */
  final int complain(String line, int status) {
    remark(name + ": " + line);
    return status;
  }

  private picocli.CommandLine commandLine() {
    CommandSpec own = spec;
    if (own == null) {
      throw new IllegalStateException("There is no command line.");
    }
    return own.commandLine();
  }
}
