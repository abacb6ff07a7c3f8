package io.mcpauth.client;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Ends the loop of a client that authorizes again and is refused again (MCP authorization, "Step-Up
 * Authorization Flow", step 4): counts the attempts for each resource and operation, for the 1,000
 * used last. Used by all threads.
 */
public final class StepUpAttempts {
  private static final int MAX_OPERATIONS = 1_000;

  private record Operation(URI resource, String name) {}

  private final int limit;
  private final Map<Operation, Integer> attempts = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * Counts up to a limit.
   *
   * @param limit how often a user may be asked again for the same operation; 1 to 10
   * @throws IllegalArgumentException beyond that
   */
  public StepUpAttempts(int limit) {
    if (limit < 1 || limit > 10) {
      throw new IllegalArgumentException("limit " + limit + " is out of range: write 1 to 10");
    }
    this.limit = limit;
  }

  /** Two attempts: with the first authorization, a user sees three pages at most. */
  public static StepUpAttempts few() {
    return new StepUpAttempts(2);
  }

  /**
   * Whether another attempt may be made, and counts it.
   *
   * @param resource the MCP server
   * @param operation what was refused, such as {@code tools/call write_file}
   */
  public synchronized boolean mayTry(URI resource, String operation) {
    Operation key = new Operation(resource, operation);
    int made = attempts.getOrDefault(key, 0);
    if (made >= limit) {
      return false;
    }
    if (made == 0 && attempts.size() >= MAX_OPERATIONS) {
      attempts.remove(attempts.keySet().iterator().next());
    }
    attempts.put(key, made + 1);
    return true;
  }

  /** Forgets the attempts for an operation that went through. */
  public synchronized void succeeded(URI resource, String operation) {
    attempts.remove(new Operation(resource, operation));
  }
}
