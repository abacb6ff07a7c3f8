package io.mcpauth.examples.filetools;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;

/**
 * A directory known by its real path, for platforms that cannot hold one open (Windows).
 *
 * <p>Does not protect against a local process that swaps a directory for a link between the check
 * and the use; {@link DescriptorFolder} does.
 */
final class PathFolder implements Folder {

  private final Path directory;
  private final DirectoryStream<Path> stream;

  private PathFolder(Path directory, DirectoryStream<Path> stream) {
    this.directory = directory;
    this.stream = stream;
  }

  /** Opens a directory by its real path. */
  @SuppressWarnings("StreamResourceLeak") // The folder owns the stream and closes it.
  static PathFolder open(Path directory) throws IOException {
    return new PathFolder(directory, Files.newDirectoryStream(directory));
  }

  @Override
  public Iterator<Path> names() {
    Iterator<Path> entries = stream.iterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return entries.hasNext();
      }

      @Override
      public Path next() {
        return entries.next().getFileName();
      }
    };
  }

  @Override
  public BasicFileAttributes attributes(Path name) throws IOException {
    Path entry = directory.resolve(name);
    return Folder.read(
        Files.getFileAttributeView(entry, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS),
        Files.getFileAttributeView(entry, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS));
  }

  @Override
  public Folder enter(Path name) throws IOException {
    // The real path shows a junction, which is no link to Java, and the true spelling of the name.
    Path real = directory.resolve(name).toRealPath();
    if (!directory.equals(real.getParent())) {
      throw new NotDirectoryException(name.toString());
    }
    return open(real);
  }

  @Override
  public SeekableByteChannel channel(
      Path name, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    Set<OpenOption> all = new HashSet<>(options);
    all.add(LinkOption.NOFOLLOW_LINKS);
    return Files.newByteChannel(directory.resolve(name), all, attributes);
  }

  @Override
  public void replace(Path source, Path target) throws IOException {
    Files.move(
        directory.resolve(source), directory.resolve(target), StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void delete(Path name) throws IOException {
    Files.delete(directory.resolve(name));
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}
