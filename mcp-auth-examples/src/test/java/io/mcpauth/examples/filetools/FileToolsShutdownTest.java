package io.mcpauth.examples.filetools;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.modelcontextprotocol.client.McpSyncClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Isolated, since it counts the threads of the whole process. */
@Isolated
@Timeout(value = 180, unit = SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FileToolsShutdownTest {

  @TempDir Path directory;

  @Test
  void closedWithAClientStillConnected_leavesNoThreadOfTheServer() throws Exception {
    List<Thread> before = serverThreads();
    McpSyncClient client;
    List<Thread> during;
    try (RunningFileTools server = new RunningFileTools(directory)) {
      client = server.client("alice");
      during = serverThreads();
    }
    during.removeAll(before);
    assertThat(during).extracting(Thread::getName).anyMatch(name -> name.contains("sweeper"));
    for (Thread thread : during) {
      thread.join(60_000);
      assertThat(thread.isAlive()).as(thread.getName()).isFalse();
    }
    client.close();
  }

  /** Threads that were made for one server; those that Reactor shares are daemons and stay. */
  private static List<Thread> serverThreads() {
    return new ArrayList<>(
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().matches("(qtp|Scheduler-).*|.*sweeper.*"))
            .toList());
  }
}
