package io.mcpauth.examples.filetools;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A new directory with a few small text files to try the file tools on, deleted when closed.
 *
 * <p>Whatever was written to it in the meantime is deleted too.
 */
public final class SampleFiles implements AutoCloseable {

  private static final Map<String, String> TEXTS =
      Map.of(
          "README.txt",
          """
          Welcome! These files exist to be played with.
          List them, read them, write new ones, delete them: nothing here is precious.
          """,
          "notes/shopping.txt",
          """
          apples
          bread
          a small cactus
          """,
          "notes/ideas.txt",
          """
          - teach the cat to fetch
          - write down the good jokes before forgetting them
          """,
          "letters/hello.txt",
          """
          Dear reader,

          if you can see this, somebody allowed you to read files here. How nice.
          """);

  private final Path directory;

  private SampleFiles(Path directory) {
    this.directory = directory;
  }

  /**
   * Creates the directory and its files.
   *
   * @param directory where nothing exists yet, in an existing directory
   * @return the sample, whose {@link #close()} deletes the directory
   * @throws IOException if the directory exists already or cannot be written
   */
  public static SampleFiles create(Path directory) throws IOException {
    return fill(Files.createDirectory(directory));
  }

  /**
   * Creates the files in a new temporary directory that only the current user may enter.
   *
   * @return the sample, whose {@link #close()} deletes the directory
   * @throws IOException if the temporary directory cannot be written
   */
  public static SampleFiles temporary() throws IOException {
    return fill(Files.createTempDirectory("file-tools-"));
  }

  private static SampleFiles fill(Path directory) throws IOException {
    for (Map.Entry<String, String> text : TEXTS.entrySet()) {
      Path file = directory.resolve(text.getKey());
      Files.createDirectories(file.getParent());
      Files.writeString(file, text.getValue(), StandardOpenOption.CREATE_NEW);
    }
    return new SampleFiles(directory);
  }

  /**
   * Tells where the files are.
   *
   * @return the directory
   */
  public Path directory() {
    return directory;
  }

  /** Deletes the directory and all that is in it; links are deleted, not followed. */
  @Override
  public void close() throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<Path>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
