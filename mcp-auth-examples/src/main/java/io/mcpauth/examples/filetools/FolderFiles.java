package io.mcpauth.examples.filetools;

import io.mcpauth.examples.filetools.FileRefusedException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The four operations of {@link FileRoot} in the open directory that holds their target. */
final class FolderFiles {

  private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ);
  private static final Set<OpenOption> CREATE =
      Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);

  private FolderFiles() {}

  static DirectoryListing list(Folder folder) throws IOException {
    // All names are looked at and the first ones kept: bounded, and the same every time. They stay
    // what the platform gave: a name in no known encoding does not survive becoming a string.
    TreeSet<Path> kept = new TreeSet<>();
    boolean truncated = false;
    for (Iterator<Path> names = folder.names(); names.hasNext(); ) {
      kept.add(names.next());
      if (kept.size() > FileRoot.LIST_LIMIT) {
        kept.pollLast();
        truncated = true;
      }
    }
    List<FileEntry> entries = new ArrayList<>(kept.size());
    for (Path name : kept) {
      FileEntry entry = entry(folder, name);
      if (entry != null) {
        entries.add(entry);
      }
    }
    return new DirectoryListing(entries, truncated);
  }

  /** Returns null for an entry that vanished since its name was read. */
  private static @Nullable FileEntry entry(Folder folder, Path name) throws IOException {
    try {
      BasicFileAttributes attributes = folder.attributes(name);
      FileEntry.Kind kind = kind(attributes);
      return new FileEntry(
          name.toString(), kind, kind == FileEntry.Kind.FILE ? attributes.size() : 0);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private static FileEntry.Kind kind(BasicFileAttributes attributes) {
    if (attributes.isSymbolicLink()) {
      return FileEntry.Kind.LINK;
    }
    // A junction of Windows is a directory and something else at once.
    if (attributes.isOther()) {
      return FileEntry.Kind.SPECIAL;
    }
    return attributes.isDirectory() ? FileEntry.Kind.DIRECTORY : FileEntry.Kind.FILE;
  }

  static ByteBuffer read(Folder folder, RelativePath target)
      throws IOException, FileRefusedException {
    if (regularFile(folder, target).size() > FileRoot.SIZE_LIMIT) {
      throw target.refused(Reason.TOO_LARGE);
    }
    // One byte more than allowed: the file may have grown since its size was asked for.
    ByteBuffer bytes = ByteBuffer.allocate(FileRoot.SIZE_LIMIT + 1);
    try (SeekableByteChannel channel = folder.channel(target.lastName(), READ)) {
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
        // Reads on until the end of the file or of the buffer.
      }
    }
    if (!bytes.hasRemaining()) {
      throw target.refused(Reason.TOO_LARGE);
    }
    return bytes.flip();
  }

  /** Returns whether the file is new. */
  static boolean write(Folder folder, RelativePath target, ByteBuffer bytes)
      throws IOException, FileRefusedException {
    @Nullable BasicFileAttributes old = existing(folder, target);
    // A new name in the same directory, so that the old text stays whole until the rename, and so
    // that neither a link nor a pipe put in the target's place can be written through.
    Path temporary = Path.of("." + UUID.randomUUID() + ".tmp");
    boolean moved = false;
    try {
      try (SeekableByteChannel channel = folder.channel(temporary, CREATE, permissions(old))) {
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      }
      folder.replace(temporary, target.lastName());
      moved = true;
    } finally {
      if (!moved) {
        deleteQuietly(folder, temporary);
      }
    }
    return old == null;
  }

  private static @Nullable BasicFileAttributes existing(Folder folder, RelativePath target)
      throws IOException, FileRefusedException {
    try {
      return writableFile(folder, target);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private static FileAttribute<?>[] permissions(@Nullable BasicFileAttributes old) {
    return old instanceof PosixFileAttributes posix
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(posix.permissions())}
        : new FileAttribute<?>[0];
  }

  private static void deleteQuietly(Folder folder, Path name) {
    try {
      folder.delete(name);
    } catch (IOException e) {
      // It may never have been created, and the failure that led here is the one to report.
    }
  }

  static void delete(Folder folder, RelativePath target) throws IOException, FileRefusedException {
    writableFile(folder, target);
    folder.delete(target.lastName());
  }

  private static BasicFileAttributes writableFile(Folder folder, RelativePath target)
      throws IOException, FileRefusedException {
    BasicFileAttributes attributes = regularFile(folder, target);
    // Renaming and deleting need no permission on the file itself, so its mark is honoured here.
    if (attributes instanceof PosixFileAttributes posix
        && !posix.permissions().contains(PosixFilePermission.OWNER_WRITE)) {
      throw target.refused(Reason.READ_ONLY);
    }
    return attributes;
  }

  private static BasicFileAttributes regularFile(Folder folder, RelativePath target)
      throws IOException, FileRefusedException {
    BasicFileAttributes attributes = folder.attributes(target.lastName());
    switch (kind(attributes)) {
      case FILE -> {
        return attributes;
      }
      case LINK -> throw target.refused(Reason.LINK);
      default -> throw target.refused(Reason.NOT_A_FILE);
    }
  }

  /** Opens a directory in another one, if it is one and not a link to one. */
  static Folder enter(Folder parent, Path name, RelativePath target)
      throws IOException, FileRefusedException {
    // Also keeps a named pipe from being opened as a directory, which would wait for a writer.
    switch (kind(parent.attributes(name))) {
      case DIRECTORY -> {
        return parent.enter(name);
      }
      case LINK -> throw target.refused(Reason.LINK);
      default -> throw target.refused(Reason.NOT_A_DIRECTORY);
    }
  }
}
