package io.mcpauth.examples.filetools;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;

/**
 * A directory held by its descriptor, so that renaming or replacing anything above it changes
 * nothing: there is no path left to be resolved a second time.
 */
final class DescriptorFolder implements Folder {

  private final SecureDirectoryStream<Path> stream;

  DescriptorFolder(SecureDirectoryStream<Path> stream) {
    this.stream = stream;
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
    return Folder.read(
        stream.getFileAttributeView(name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS),
        stream.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS));
  }

  @Override
  public Folder enter(Path name) throws IOException {
    return new DescriptorFolder(stream.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS));
  }

  @Override
  public SeekableByteChannel channel(
      Path name, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    Set<OpenOption> all = new HashSet<>(options);
    all.add(LinkOption.NOFOLLOW_LINKS);
    return stream.newByteChannel(name, all, attributes);
  }

  @Override
  public void replace(Path source, Path target) throws IOException {
    stream.move(source, stream, target);
  }

  @Override
  public void delete(Path name) throws IOException {
    stream.deleteFile(name);
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}
