import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** A container that is a directory of files and a process of its own, and no library. */
final class Unpacked {
  private static final Path KEPT = Path.of("..", "containers", "target", "unpacked");

  private Unpacked() {}

  /**
   * The directory that the zip file of the class path has; unpacked once, and read from then on.
   *
   * @param directory for what is not complete yet
   */
  static Path home(Path directory) throws IOException {
    Path zip =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> entry.endsWith(".zip"))
            .map(Path::of)
            .findFirst()
            .orElseThrow();
    Path kept = KEPT.resolve(zip.getFileName().toString().replace(".zip", ""));
    if (!Files.isDirectory(kept)) {
      Path unpacked = unpack(zip, Files.createDirectories(directory.resolve("unpacked")));
      Files.createDirectories(KEPT);
      move(unpacked, kept);
    }
    try (Stream<Path> single = Files.list(kept)) {
      return single.findFirst().orElseThrow().toAbsolutePath().normalize();
    }
  }

  private static Path unpack(Path zip, Path target) throws IOException {
    try (InputStream file = Files.newInputStream(zip);
        ZipInputStream entries = new ZipInputStream(file)) {
      for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
        Path path = target.resolve(entry.getName()).normalize();
        if (!path.startsWith(target)) {
          throw new IOException(entry.getName() + " leads out of its directory");
        }
        if (entry.isDirectory()) {
          Files.createDirectories(path);
        } else {
          Files.createDirectories(path.getParent());
          Files.copy(entries, path);
        }
      }
    }
    return target;
  }

  /** Across file systems it is a copy, which is why it goes to a name of its own first. */
  private static void move(Path from, Path to) throws IOException {
    Path beside = Files.createTempDirectory(KEPT, ".");
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = beside.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
    try {
      Files.move(beside, to);
    } catch (FileAlreadyExistsException e) {
      throw new IOException("another run has unpacked it just now: run again", e);
    }
  }

  /**
   * Starts a container, tells the port that it says once it has said all that it has to say, and
   * ends it with the standard input of this process.
   *
   * @param port finds it, as its first group
   * @param failed in a line that ends the start
   * @param said in lines that end the waiting, each once
   */
  static void serve(ProcessBuilder container, Pattern port, String failed, String... said)
      throws IOException {
    Process process = container.redirectErrorStream(true).start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    Thread end = new Thread(() -> awaitEnd(process));
    end.setDaemon(true);
    end.start();
    try {
      BufferedReader out = process.inputReader(UTF_8);
      Set<String> awaited = new HashSet<>(List.of(said));
      String found = null;
      while (found == null || !awaited.isEmpty()) {
        String line = out.readLine();
        if (line == null || line.contains(failed)) {
          throw new IOException("the container did not start: " + line);
        }
        System.out.println(line);
        Matcher matcher = port.matcher(line);
        found = matcher.find() ? matcher.group(1) : found;
        awaited.removeIf(line::contains);
      }
      System.out.println("ready " + found + " " + found);
      System.out.flush();
      out.lines().forEach(System.out::println); // until it ends
    } finally {
      process.destroyForcibly();
    }
    Runtime.getRuntime().halt(0);
  }

  /** From the first line on, so that a container that does not come up ends too. */
  private static void awaitEnd(Process container) {
    try {
      while (System.in.read() != -1) {
        continue;
      }
    } catch (IOException e) {
      System.out.println(e); // as good as its end
    }
    container.destroyForcibly();
  }
}
