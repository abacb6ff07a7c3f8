import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Whether the jars that {@code mvn verify} built have what their readers and the authors of what is
 * in them are owed. Run at the top of the repository: {@code java .ci/Jars.java}.
 *
 * <p>Each has the LICENSE and the NOTICE. Those that hold dependencies also have every license and
 * notice that came in one, as it was, and name each with its license.
 */
final class Jars {
  private static final List<String> OF_JARS =
      List.of("file-tools.jar", "mcp-guard.jar", "mcp-client.jar");

  /** Group, artifact and file of a dependency, as Maven lists it. */
  private static final Pattern DEPENDENCY =
      Pattern.compile("(?m)^\\s+([^\\s:]+):([^\\s:]+):jar:[^\\s:]+:(?:compile|runtime):(\\S+\\.jar)");

  private static final Pattern OWED = Pattern.compile("META-INF/[^/]*(?i:license|notice)[^/]*");
  private static final String THIRD_PARTY = "META-INF/third-party/";

  private final List<String> problems = new ArrayList<>();

  public static void main(String[] args) throws IOException {
    new Jars().check();
  }

  private void check() throws IOException {
    List<Path> jars = new ArrayList<>();
    for (String module : List.of("mcp-auth-core", "mcp-auth-servlet", "mcp-auth-examples")) {
      try (Stream<Path> files = Files.list(Path.of(module, "target"))) {
        files.filter(file -> file.toString().endsWith(".jar")).sorted().forEach(jars::add);
      }
    }
    List<MatchResult> dependencies =
        DEPENDENCY
            .matcher(Files.readString(Path.of("mcp-auth-examples/target/dependencies.txt")))
            .results()
            .toList();
    require(jars.size() >= 10, "there are only " + jars + ": run 'mvn -B verify' first");
    require(dependencies.size() > 40, "the list of dependencies cannot be read");
    for (Path jar : jars) {
      try (ZipFile file = new ZipFile(jar.toFile())) {
        license(jar, file);
        if (OF_JARS.contains(jar.getFileName().toString())) {
          for (MatchResult dependency : dependencies) {
            thirdParty(jar, file, dependency);
          }
        }
      }
    }
    problems.forEach(problem -> System.err.println("jars: " + problem));
    if (!problems.isEmpty()) {
      System.exit(1);
    }
    System.out.println(
        "jars: " + jars.size() + " have LICENSE and NOTICE, " + OF_JARS.size()
            + " those of " + dependencies.size() + " dependencies too");
  }

  private void license(Path jar, ZipFile file) throws IOException {
    require(
        Arrays.equals(bytes(file, "META-INF/LICENSE"), Files.readAllBytes(Path.of("LICENSE"))),
        jar + " has not the LICENSE in META-INF");
    require(
        text(file, "META-INF/NOTICE").contains(Files.readString(Path.of("NOTICE")).strip()),
        jar + " has not the NOTICE in META-INF");
  }

  private void thirdParty(Path jar, ZipFile file, MatchResult dependency) throws IOException {
    String name = dependency.group(1) + ":" + dependency.group(2);
    require(
        text(file, THIRD_PARTY + "README.txt").lines().anyMatch(line -> line.startsWith(name + " ")),
        "mcp-auth-examples/src/third-party/README.txt does not name " + name);
    try (ZipFile original = new ZipFile(dependency.group(3))) {
      for (ZipEntry entry : original.stream().filter(Jars::isOwed).toList()) {
        String last = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
        String kept = THIRD_PARTY + dependency.group(2) + "-jar/" + last;
        require(
            Arrays.equals(bytes(file, kept), bytes(original, entry.getName())),
            jar + " has not " + kept + ", which is " + entry.getName() + " of " + name);
      }
    }
  }

  private static boolean isOwed(ZipEntry entry) {
    return !entry.isDirectory() && OWED.matcher(entry.getName()).matches();
  }

  private static String text(ZipFile file, String name) throws IOException {
    return new String(bytes(file, name), StandardCharsets.UTF_8);
  }

  /** Of an entry; none where it is not there. */
  private static byte[] bytes(ZipFile file, String name) throws IOException {
    ZipEntry entry = file.getEntry(name);
    if (entry == null) {
      return new byte[0];
    }
    try (InputStream in = file.getInputStream(entry)) {
      return in.readAllBytes();
    }
  }

  private void require(boolean holds, String problem) {
    if (!holds && !problems.contains(problem)) {
      problems.add(problem);
    }
  }
}
