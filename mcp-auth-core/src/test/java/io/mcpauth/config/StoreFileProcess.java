package io.mcpauth.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mcpauth.store.OpenStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Another process that uses a store by settings: it creates an entry for each line that it gets.
 */
final class StoreFileProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader answers;

  private StoreFileProcess(Process process) {
    this.process = process;
    this.answers = process.inputReader(UTF_8);
  }

  /** Runs until its input ends. */
  public static void main(String[] args) throws IOException {
    Settings settings =
        Settings.of(List.of(Setting.values()), SettingSource.environment(System.getenv()));
    try (OpenStore opened = ConfiguredServer.store(settings);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
      System.out.println("ready");
      for (String key = in.readLine(); key != null; key = in.readLine()) {
        System.out.println(
            opened
                .store()
                .create("c", key, "", "of the other", Instant.now().plus(Duration.ofDays(1))));
      }
    } catch (IllegalStateException e) {
      System.out.println(e.getMessage());
    }
  }

  /** Started, and what it said first is read: {@code ready}, or what is wrong. */
  static StoreFileProcess start(Path store, Map<String, String> properties) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    properties.forEach((name, value) -> command.add("-D" + name + "=" + value));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(StoreFileProcess.class.getName());
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("MCP_AUTH_STORE_URL", "file:" + store);
    return new StoreFileProcess(builder.start());
  }

  String answer() throws IOException {
    return String.valueOf(answers.readLine());
  }

  /** Has it create an entry, and says whether there was none. */
  String create(String key) throws IOException {
    OutputStream in = process.getOutputStream();
    in.write((key + "\n").getBytes(UTF_8));
    in.flush();
    return answer();
  }

  /** As by kill -9. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    try {
      process.onExit().orTimeout(60, TimeUnit.SECONDS).join();
    } finally {
      kill();
    }
  }
}
