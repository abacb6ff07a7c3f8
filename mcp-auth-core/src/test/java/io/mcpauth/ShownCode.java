package io.mcpauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;

/** Compiles code that readers see, on pages and in Javadoc. */
public final class ShownCode {
  private ShownCode() {}

  /** Its classes, compiled into the directory against what the tests have; the caller closes it. */
  public static URLClassLoader compiled(Path directory, Path... sources) throws IOException {
    String classPath = System.getProperty("java.class.path");
    List<String> options =
        new ArrayList<>(
            List.of("-proc:none", "-parameters", "-cp", classPath, "-d", directory.toString()));
    for (Path source : sources) {
      options.add(source.toString());
    }
    int status =
        ToolProvider.getSystemJavaCompiler().run(null, null, null, options.toArray(String[]::new));
    assertThat(status).as("exit code of javac").isZero();
    return new URLClassLoader(
        new URL[] {directory.toUri().toURL()}, ShownCode.class.getClassLoader());
  }
}
