package io.mcpauth.servlet.spring;

import io.mcpauth.config.Setting;
import io.mcpauth.config.Settings;
import io.mcpauth.policy.ToolPolicy;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;

/**
 * Where a policy is that is named as Spring names files. One within a jar is read once; every other
 * is a file that is watched.
 */
final class PolicyResource {
  private final Settings settings;
  private final @Nullable Resource named;

  private PolicyResource(Settings settings, @Nullable Resource named) {
    this.settings = settings;
    this.named = named;
  }

  /** That of {@code classpath:policy.json}, {@code file:policy.json} or a plain path. */
  static PolicyResource of(Settings settings, ResourceLoader loader) {
    String value = settings.value(Setting.POLICY_FILE);
    boolean isName = value != null && (value.startsWith("classpath:") || value.startsWith("file:"));
    return new PolicyResource(settings, isName ? loader.getResource(value) : null);
  }

  /** The settings with the path of the file, where it is one. */
  Settings settings() {
    Resource resource = named;
    if (resource == null) {
      return settings;
    }
    if (!resource.exists()) {
      throw settings.wrong(
          Setting.POLICY_FILE,
          "which does not exist. Write the path of the policy, such as 'classpath:policy.json', or"
              + " put it there.");
    }
    try {
      return resource.isFile()
          ? settings.with(Setting.POLICY_FILE, resource.getFile().getPath())
          : settings.without(Setting.POLICY_FILE);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /** The policy that is within a jar, or null. */
  @Nullable ToolPolicy packaged() {
    Resource resource = named;
    if (resource == null || resource.isFile()) {
      return null;
    }
    try (InputStream in = resource.getInputStream()) {
      byte[] content = in.readAllBytes();
      return settings.naming(
          Setting.POLICY_FILE,
          () -> ToolPolicy.fromJson(content, String.valueOf(resource.getFilename())));
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private IllegalArgumentException unreadable(IOException e) {
    return settings.wrong(
        Setting.POLICY_FILE,
        "which cannot be read (" + e.getClass().getSimpleName() + "). Write the path of a file.");
  }
}
