package io.mcpauth.containers;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mcpauth.testing.TestIssuer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The process of a container. Closing it ends the process; so does the end of this one. */
final class RunningContainer implements AutoCloseable {
  private static final int START_LIMIT_SECONDS = 180;

  private final Process process;
  private final BufferedReader out;
  private final Site site;

  /**
   * Starts it and waits until it is ready.
   *
   * @param directory for its own files
   * @param log for what it writes
   */
  RunningContainer(ContainerRow row, Path directory, Path log, TestIssuer issuer)
      throws IOException, InterruptedException {
    Workshop workshop = new Workshop(row, directory);
    if (row.war()) {
      workshop.wars(issuer.issuer());
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp", workshop.classPath()));
    command.addAll(List.of(row.driver(), issuer.issuer(), directory.toString()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    // The settings of whoever runs this are not those of the run.
    builder.environment().keySet().removeIf(name -> name.startsWith("MCP_AUTH_"));
    process = builder.start();
    out = process.inputReader(UTF_8);
    try {
      String[] ready = ready(row, log).split(" ", -1);
      site = new Site(Integer.parseInt(ready[1]), Integer.parseInt(ready[2]), issuer, row.ways());
    } catch (IOException | InterruptedException | RuntimeException e) {
      close();
      throw e;
    }
  }

  Site site() {
    return site;
  }

  private String ready(ContainerRow row, Path log) throws IOException, InterruptedException {
    try {
      CompletableFuture<String> line = new CompletableFuture<>();
      Thread reader = new Thread(() -> read(line, log), row.id() + "-output");
      reader.setDaemon(true);
      reader.start();
      return line.get(START_LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException(row.id() + " did not start:\n" + Files.readString(log), e);
    }
  }

  /** To the end, so that a container that writes here never waits for a reader. */
  private void read(CompletableFuture<String> ready, Path log) {
    try (PrintWriter copy = new PrintWriter(Files.newBufferedWriter(log), true)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        copy.println(line);
        if (line.startsWith("ready ")) {
          ready.complete(line);
        }
      }
      ready.completeExceptionally(new IOException("it ended"));
    } catch (IOException e) {
      ready.completeExceptionally(e);
    }
  }

  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
