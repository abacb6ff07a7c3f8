package io.mcpauth.containers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.File;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;

/** The application of {@code docs/spring.md}, compiled for a line and run as a process. */
final class SpringAiApplication implements AutoCloseable {
  private static final Pattern STARTED = Pattern.compile("Tomcat started on port (\\d+)");
  private static final int LIMIT_SECONDS = 90;

  private final Process process;
  private final Path log;
  private final CompletableFuture<Integer> port = new CompletableFuture<>();

  private SpringAiApplication(Process process, Path log) {
    this.process = process;
    this.log = log;
    Thread reader = new Thread(this::read, "spring-ai-output");
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Compiles what the page has.
   *
   * @param classPath that of a row
   * @param code of the page
   * @return the class path to run it with
   */
  static String compile(
      SpringAiLine line,
      String classPath,
      List<SpringPage.Source> code,
      SpringPage page,
      Path directory)
      throws IOException {
    String jars = String.join(File.pathSeparator, Workshop.jars(classPath).values());
    Path classes = Files.createDirectories(directory.resolve("classes"));
    Path sources = Files.createDirectories(directory.resolve("sources"));
    List<String> options =
        new ArrayList<>(List.of("--release", "17", "-proc:none", "-parameters", "-cp", jars, "-d"));
    options.add(classes.toString());
    for (SpringPage.Source source : code) {
      Path file = sources.resolve(source.name());
      Files.writeString(file, line.code(source.text()));
      options.add(file.toString());
    }
    int result =
        ToolProvider.getSystemJavaCompiler().run(null, null, null, options.toArray(String[]::new));
    if (result != 0) {
      throw new IOException("the code of docs/spring.md cannot be compiled for " + line);
    }
    Files.writeString(classes.resolve("application.properties"), page.properties());
    Files.writeString(classes.resolve("policy.json"), page.policy());
    return classes + File.pathSeparator + jars;
  }

  /** Starts it with properties on its command line. */
  static SpringAiApplication start(String classPath, Path log, String... properties)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp", classPath));
    command.addAll(List.of(SpringPage.MAIN, "--server.port=0", "--server.address=127.0.0.1"));
    command.addAll(List.of(properties));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    // The settings of whoever runs this are not those of the run.
    builder.environment().keySet().removeIf(name -> name.startsWith("MCP_AUTH_"));
    return new SpringAiApplication(builder.start(), log);
  }

  private void read() {
    try (BufferedReader out = process.inputReader(UTF_8);
        PrintWriter copy = new PrintWriter(Files.newBufferedWriter(log), true)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        copy.println(line);
        Matcher started = STARTED.matcher(line);
        if (started.find()) {
          port.complete(Integer.valueOf(started.group(1)));
        }
      }
      port.completeExceptionally(new IOException("it ended"));
    } catch (IOException e) {
      port.completeExceptionally(e);
    }
  }

  /** The port that it listens on. */
  int port() throws IOException, InterruptedException {
    try {
      return port.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("the application did not start:\n" + Files.readString(log), e);
    }
  }

  /** What it has said until now. */
  String said() throws IOException {
    return Files.readString(log);
  }

  /** What it said before it ended by itself without having listened. */
  String refusedStart() throws IOException, InterruptedException {
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() == 0) {
      throw new IOException("the application started:\n" + Files.readString(log));
    }
    try {
      Integer listened = port.get(LIMIT_SECONDS, TimeUnit.SECONDS);
      throw new IOException("the application listened on " + listened);
    } catch (ExecutionException | TimeoutException e) {
      return Files.readString(log);
    }
  }

  @Override
  public void close() throws IOException {
    process.destroy();
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
