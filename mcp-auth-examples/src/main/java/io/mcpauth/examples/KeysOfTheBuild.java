package io.mcpauth.examples;

import io.mcpauth.config.Setting;
import io.mcpauth.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The file of keys among what Maven builds, which {@code mvn -Prun} names: to try keys at once. */
final class KeysOfTheBuild {
  private static final String PROPERTY = "file-tools.keys";

  private KeysOfTheBuild() {}

  /** Whether Maven has named one. */
  static boolean areThere() {
    return file() != null;
  }

  /** Whether it is that file. */
  static boolean isWhere(@Nullable String file) {
    return file != null && file.equals(file());
  }

  /** The settings with it, where they say nothing of keys and authorization is on. */
  static Settings orElse(Settings settings) {
    String file = file();
    boolean said =
        "none".equals(settings.value(Setting.MODE))
            || Stream.of(Setting.API_KEYS, Setting.API_KEYS_FILE)
                .anyMatch(key -> settings.value(key) != null);
    return file == null || said ? settings : settings.with(Setting.API_KEYS_FILE, file);
  }

  /** Makes it, without a key, where it is not there yet: a server starts with no other. */
  static void make() {
    String file = file();
    if (file == null || Files.exists(Path.of(file))) {
      return;
    }
    try {
      Files.writeString(Path.of(file), "{\"keys\": []}\n", StandardOpenOption.CREATE_NEW);
    } catch (IOException e) {
      throw new IllegalStateException(file + ", a file for keys, cannot be made (" + e + ").", e);
    }
  }

  /** What runs a command as this process was run. */
  static String command(String arguments) {
    return "mvn -q -Prun -Dexec.args=\"" + arguments + "\"";
  }

  private static @Nullable String file() {
    return System.getProperty(PROPERTY);
  }
}
