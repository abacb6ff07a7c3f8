package io.mcpauth;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.mcpauth.access.AccessGate;
import io.mcpauth.session.MessageEndpoints;
import io.mcpauth.session.SessionLimits;
import io.mcpauth.session.SessionOwners;
import io.mcpauth.store.Store;
import io.mcpauth.store.StoreException;
import java.lang.reflect.Proxy;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Grants as only a decision makes them. */
public final class Grants {
  private Grants() {}

  /** Anonymous, and tells a list what its store is told of sessions, by their keys. */
  public static AccessDecision.Granted anonymous(List<String> told) {
    return granted(
        true,
        store(
            (method, arguments) -> {
              switch (method) {
                case "create" -> {
                  told.add("opened " + arguments[1]);
                  return true;
                }
                case "take" -> {
                  told.add("ended " + arguments[1]);
                  return null;
                }
                case "find" -> {
                  return new Store.Entry("", 1, Instant.now().plusSeconds(86_400));
                }
                default -> {
                  return 0L; // how many there are
                }
              }
            }));
  }

  /** Anonymous, with a store that fails. */
  public static AccessDecision.Granted withoutStore() {
    return granted(false, brokenStore());
  }

  /** A store that keeps sessions, and fails; what all nodes have a copy of it still has. */
  public static Store brokenStore() {
    Store working = Store.inMemory();
    return store(
        (method, arguments) -> {
          if (method.equals("feed")) {
            return working.feed();
          }
          throw new StoreException("down");
        });
  }

  private interface Answers {
    @Nullable Object to(String method, Object[] arguments);
  }

  private static Store store(Answers answers) {
    return (Store)
        Proxy.newProxyInstance(
            Store.class.getClassLoader(),
            new Class<?>[] {Store.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "outlivesProcess", "isShared" -> true;
                  case "toString" -> "Store[of a test]";
                  default -> answers.to(method.getName(), arguments);
                });
  }

  /** How a store knows a session. */
  public static String key(String id) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(id.getBytes(US_ASCII));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static AccessDecision.Granted granted(boolean longStream, Store store) {
    SessionOwners.Bound session =
        SessionOwners.in(store, SessionLimits.defaults(), Clock.systemUTC())
            .bound(List.of("named"), null);
    MessageEndpoints.Asked messages =
        new MessageEndpoints("https://mcp.example.com", "/mcp", List.of())
            .asked("GET", "/mcp", null, null);
    AccessGate open =
        AccessGate.start(
            AccessGate.Following.alone(
                Store.inMemory(), Duration.ofSeconds(30), Set.of())); // has no thread
    return new AccessDecision.Granted(
        null, open, longStream, () -> {}, session, messages, Map.of(), Set.of());
  }
}
