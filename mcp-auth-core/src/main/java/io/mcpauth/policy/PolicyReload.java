package io.mcpauth.policy;

import io.mcpauth.internal.net.SeenContent;
import org.slf4j.Logger;

/**
 * Puts the policy of a file in force whenever it has changed. What cannot be read or is refused
 * changes nothing: the policy before stays, never none.
 */
final class PolicyReload {
  private final PolicyFile file;
  private final LivePolicy current;
  private final Logger log;
  private final SeenContent seen;

  /**
   * A reload.
   *
   * @param start the content that the policy in force was made of
   */
  PolicyReload(PolicyFile file, byte[] start, LivePolicy current, Logger log) {
    this.file = file;
    this.seen = new SeenContent(file::read, start);
    this.current = current;
    this.log = log;
  }

  /**
   * Loads the file now.
   *
   * @return whether the policy in force is another one than before
   * @throws IllegalArgumentException if the file cannot be read, or is no policy for this server
   * @throws IllegalStateException if it does not name a tool that the server has
   */
  synchronized boolean now() {
    byte[] content = file.read();
    boolean changed = current.replace(ToolPolicy.fromJson(content, file.toString()));
    if (seen.isNew(content)) {
      readAnew(changed);
    }
    return changed;
  }

  /** Loads the file if its content is another one than at the last look; tells only the log. */
  synchronized void ifChanged() {
    byte[] content =
        seen.ifChanged(this::refused, () -> log.info("policy {}: readable again", file));
    if (content != null) {
      replace(content);
    }
  }

  private void replace(byte[] content) {
    try {
      boolean changed = current.replace(ToolPolicy.fromJson(content, file.toString()));
      readAnew(changed);
    } catch (IllegalArgumentException | IllegalStateException e) {
      refused(named(String.valueOf(e.getMessage())));
    }
  }

  private void readAnew(boolean changed) {
    log.info("policy {}: read anew, {}", file, changed ? "in force now" : "the same rules");
  }

  /** What only the server can know to be wrong has no place in the file. */
  private String named(String problem) {
    return problem.startsWith(file.toString()) ? problem : file + ": " + problem;
  }

  private void refused(String problem) {
    log.error("The policy before stays in force: {}", problem);
  }
}
