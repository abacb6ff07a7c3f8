package io.mcpauth.containers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.ToolProvider;

/** Makes what a container needs: its class path, its driver, its WAR files. */
final class Workshop {
  private static final Path CONTAINERS = Path.of("..", "containers");
  private static final Path APP = Path.of("io", "mcpauth", "containers", "app");

  private final ContainerRow row;
  private final Path directory;

  /** For a container, in an empty directory. */
  Workshop(ContainerRow row, Path directory) {
    this.row = row;
    this.directory = directory;
  }

  /** The class path of the process, the driver included. */
  String classPath() throws IOException {
    Map<String, String> jars = row.war() ? container(row.classPath()) : jars(row.classPath());
    if (!row.war()) {
      jars.put("app", app().toString());
    }
    String entries = String.join(File.pathSeparator, jars.values());
    return compile(entries) + File.pathSeparator + entries;
  }

  /** What the container brings wins, as it does in an application that it manages. */
  static Map<String, String> jars(String classPath) throws IOException {
    Map<String, String> jars = container(classPath);
    library().forEach(entry -> jars.putIfAbsent(artifact(entry), entry));
    return jars;
  }

  private static Map<String, String> container(String classPath) throws IOException {
    Map<String, String> jars = new LinkedHashMap<>();
    entries(CONTAINERS.resolve("target/classpath").resolve(classPath + ".txt"))
        .forEach(jar -> jars.put(artifact(jar), jar));
    return jars;
  }

  /** The library and what it needs at run time, the newest build. */
  private static List<String> library() throws IOException {
    List<String> library = new ArrayList<>(List.of(Path.of("target/classes").toString()));
    library.addAll(entries(Path.of("target/containers-classpath.txt")));
    return library;
  }

  private static List<String> entries(Path file) throws IOException {
    return List.of(Files.readString(file).strip().split(File.pathSeparator, -1));
  }

  /** A jar's directory in the local repository without the version, which has its group too. */
  private static String artifact(String entry) {
    Path version = Path.of(entry).getParent();
    Path artifact = version == null ? null : version.getParent();
    return artifact == null || !entry.endsWith(".jar") ? entry : artifact.toString();
  }

  /** The servlets, apart from the tests that they are compiled with. */
  private Path app() throws IOException {
    Path app = directory.resolve("app-classes");
    Files.createDirectories(app.resolve(APP));
    try (Stream<Path> compiled = Files.list(Path.of("target/test-classes").resolve(APP))) {
      for (Path file : compiled.toList()) {
        Files.copy(file, app.resolve(APP).resolve(file.getFileName()));
      }
    }
    return app;
  }

  private Path compile(String classPath) throws IOException {
    Path classes = Files.createDirectories(directory.resolve("driver-classes"));
    Path drivers = CONTAINERS.resolve("drivers");
    List<String> options = new ArrayList<>(List.of("--release", "17", "-proc:none", "-Werror"));
    options.addAll(List.of("-Xlint:all,-path,-classfile", "-implicit:class", "-cp", classPath));
    options.addAll(List.of("-sourcepath", drivers.toString(), "-d", classes.toString()));
    options.add(drivers.resolve(row.driver() + ".java").toString());
    int result =
        ToolProvider.getSystemJavaCompiler().run(null, null, null, options.toArray(String[]::new));
    if (result != 0) {
      throw new IOException(row.driver() + " cannot be compiled");
    }
    return classes;
  }

  /** {@code ROOT.war}, {@code app.war} and {@code shop.war}, each with the library inside. */
  void wars(String issuer) throws IOException {
    Path app = app();
    for (String name : List.of("ROOT", "app", "shop")) {
      String web = Files.readString(CONTAINERS.resolve("war").resolve(name + ".xml"));
      try (OutputStream file = Files.newOutputStream(directory.resolve(name + ".war"));
          ZipOutputStream war = new ZipOutputStream(file)) {
        put(war, "WEB-INF/web.xml", web.replace("@ISSUER@", issuer).getBytes(UTF_8));
        put(
            war,
            "WEB-INF/policy.json",
            Files.readAllBytes(CONTAINERS.resolve("war").resolve("policy.json")));
        tree(war, app);
        for (String entry : library()) {
          Path path = Path.of(entry);
          if (Files.isDirectory(path)) {
            tree(war, path);
          } else {
            put(war, "WEB-INF/lib/" + path.getFileName(), Files.readAllBytes(path));
          }
        }
      }
    }
  }

  private static void tree(ZipOutputStream war, Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = root.relativize(file).toString().replace(File.separatorChar, '/');
        if (!name.equals("META-INF/NOTICE") && !name.equals("META-INF/LICENSE")) { // each has them
          put(war, "WEB-INF/classes/" + name, Files.readAllBytes(file));
        }
      }
    }
  }

  private static void put(ZipOutputStream war, String name, byte[] content) throws IOException {
    war.putNextEntry(new ZipEntry(name));
    war.write(content);
    war.closeEntry();
  }
}
