package io.mcpauth.examples;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * The newest line of the MCP SDK in a loader of its own, beside the one that the examples run with:
 * sources are compiled against it, and their classes see its types in place of those.
 */
final class NewestSdk extends URLClassLoader {
  private static final String SDK = "io.modelcontextprotocol.";

  private final Path directory;

  /**
   * A loader.
   *
   * @param directory for the classes that are compiled
   */
  NewestSdk(Path directory) throws IOException {
    super(urls(directory), NewestSdk.class.getClassLoader());
    this.directory = directory;
  }

  private static URL[] urls(Path directory) throws IOException {
    return new URL[] {directory.toUri().toURL(), jar("mcp-core"), jar("mcp-json-jackson3")};
  }

  /** Compiles a public class of that name, without a package, and loads it. */
  Class<?> compiled(String name, String source) throws Exception {
    Path file = Files.writeString(directory.resolve(name + ".java"), source);
    String classPath =
        Stream.concat(
                Stream.of(file(jar("mcp-core")), file(jar("mcp-json-jackson3"))),
                Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                    .filter(entry -> !entry.contains("modelcontextprotocol")))
            .collect(Collectors.joining(File.pathSeparator));
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-classpath",
                classPath,
                "-d",
                directory.toString(),
                file.toString());
    if (status != 0) {
      throw new IllegalStateException("javac of " + name + " ended with " + status);
    }
    return loadClass(name);
  }

  /** Its own first for what is the SDK's, so that nothing of the other line gets in. */
  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(SDK)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? findClass(name) : loaded;
    }
  }

  private static URL jar(String name) {
    return Objects.requireNonNull(
        NewestSdk.class.getResource("/newest-sdk/" + name + ".jar"),
        "Maven copies this jar in the phase generate-test-resources: run mvn test-compile");
  }

  private static String file(URL jar) {
    try {
      return Path.of(URI.create(jar.toURI().toString())).toString();
    } catch (URISyntaxException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }
}
