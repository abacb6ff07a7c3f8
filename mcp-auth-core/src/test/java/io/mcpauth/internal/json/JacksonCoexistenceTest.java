package io.mcpauth.internal.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * An application on Jackson 2 brings its own annotations, maybe older than Jackson 3's databind can
 * bear: core has to work with neither on the class path.
 */
class JacksonCoexistenceTest {
  @Test
  void withoutDatabindAndAnnotations_jsonIsReadAndWritten() throws Exception {
    List<URL> classPath = new ArrayList<>();
    for (String entry :
        System.getProperty("java.class.path").split(Pattern.quote(File.pathSeparator), -1)) {
      if (!entry.contains("jackson-databind") && !entry.contains("jackson-annotations")) {
        classPath.add(Path.of(entry).toUri().toURL());
      }
    }
    try (URLClassLoader loader =
        new URLClassLoader(classPath.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      Class<?> json = loader.loadClass(Json.class.getName());
      byte[] text = "{\"a\":[1,2.5,true,null,{\"b\":\"\u00e9\"}]}".getBytes(StandardCharsets.UTF_8);
      Object read = json.getMethod("object", byte[].class).invoke(null, text);
      assertThat(json.getMethod("write", Map.class).invoke(null, read)).isEqualTo(text);
    }
  }
}
