package io.mcpauth.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;

/** Compiles code that readers see, on pages. */
public final class ShownCode {
  private ShownCode() {}

  /**
   * A class with one method around code that begins with its imports and an empty line.
   *
   * @param signature the method's result, name and parameters
   * @param result what it returns, of what the code declares
   */
  static String method(String type, String signature, String code, String result) {
    String[] parts = code.split("\n\n", 2);
    return """
    %s
    public class %s {
      public static %s {
        %s
        return %s;
      }
    }
    """
        .formatted(parts[0], type, signature, parts[1], result);
  }

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
