package io.mcpauth.examples.filetools;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.Iterator;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An open directory, addressed by names of its own entries only.
 *
 * <p>No operation follows a symbolic link. Every name must be a single plain name.
 */
interface Folder extends Closeable {

  /** Opens a directory: by descriptor where the platform can do that, else by path. */
  @SuppressWarnings("StreamResourceLeak") // The folder owns the stream and closes it.
  static Folder open(Path directory) throws IOException {
    DirectoryStream<Path> stream = Files.newDirectoryStream(directory);
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      return new DescriptorFolder(secure);
    }
    stream.close();
    return PathFolder.open(directory);
  }

  /** The names of the entries, in no order; can be asked for once. */
  Iterator<Path> names();

  /** The attributes of an entry itself, with its permissions on platforms that have them. */
  BasicFileAttributes attributes(Path name) throws IOException;

  /** Opens a directory in this one; the two are closed independently. */
  Folder enter(Path name) throws IOException;

  SeekableByteChannel channel(
      Path name, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException;

  /** Puts one entry in the place of another, in one step. */
  void replace(Path source, Path target) throws IOException;

  void delete(Path name) throws IOException;

  static BasicFileAttributes read(
      @Nullable PosixFileAttributeView posix, @Nullable BasicFileAttributeView basic)
      throws IOException {
    if (posix != null) {
      return posix.readAttributes();
    }
    if (basic != null) {
      return basic.readAttributes();
    }
    throw new IOException("the file system tells no attributes");
  }
}
