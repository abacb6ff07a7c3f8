package io.mcpauth.policy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A policy in a file: a JSON document, read anew each time it is asked for. Replace the file as a
 * whole, by renaming another one to its name; one that is half written is refused, or is read as it
 * stands where that happens to be a policy.
 *
 * <pre>{@code
 * PolicyFile file = PolicyFile.at(Path.of("policy.json"));
 * AuthorizationServer login = AuthorizationServer.of("https://login.example.com");
 * ResourceServer server =
 *     ResourceServer.builder("https://mcp.example.com/mcp", login, file).build();
 * }</pre>
 *
 * <p>Does not check: who may write the file. Whoever may, decides what every caller may do.
 */
public final class PolicyFile {
  private final Path path;

  private PolicyFile(Path path) {
    this.path = path;
  }

  /** The policy in the file of that path; links are followed each time. */
  public static PolicyFile at(Path path) {
    return new PolicyFile(path);
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /**
   * Reads the policy.
   *
   * @throws IllegalArgumentException as {@link #read()} and {@link ToolPolicy#fromJson} do
   */
  public ToolPolicy load() {
    return ToolPolicy.fromJson(read(), path.toString());
  }

  /**
   * The bytes of the file as they are now, 1 MiB at most.
   *
   * @throws IllegalArgumentException if it is missing, no regular file, too large or cannot be read
   */
  public byte[] read() {
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw refused("is no regular file. Write the path of a JSON document.", null);
    }
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(PolicyDocument.MAX_BYTES + 1);
      PolicyDocument.requireSize(bytes, path.toString());
      return bytes;
    } catch (NoSuchFileException e) {
      throw refused("does not exist. Write the path of the policy, or put it there.", e);
    } catch (IOException e) {
      String why = e.getClass().getSimpleName();
      throw refused("cannot be read (" + why + "). Let the user of this process read it.", e);
    }
  }

  /** The path and no content. */
  @Override
  public String toString() {
    return path.toString();
  }

  private IllegalArgumentException refused(String why, @Nullable IOException cause) {
    return new IllegalArgumentException("Policy file '" + path + "' " + why, cause);
  }
}
