package io.mcpauth.config;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;

/**
 * Files of this process's user alone. Where the file system knows owners and modes, what is there
 * already is taken only if nobody else can have made, read or changed it.
 */
final class OwnFile {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private OwnFile() {}

  /**
   * Makes an empty file where there is none. One that is there is not opened: a process that closes
   * a file loses every lock that it has on it.
   *
   * @throws IllegalStateException if that is no file, or not of this user alone
   */
  static void create(Path file) throws IOException {
    boolean posix = isPosix(file);
    try {
      if (posix) {
        Files.createFile(file, ownerOnly());
      } else {
        Files.createFile(file);
      }
    } catch (FileAlreadyExistsException e) {
      if (posix) {
        requireOwn(file, ownerOfWhatIsMadeBeside(file));
      }
    }
  }

  /** Follows no link. */
  static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
  }

  /** Takes what others may do from a file that something else made. */
  static void restrict(Path file) throws IOException {
    if (isPosix(file)) {
      Files.setPosixFilePermissions(file, OWNER_ONLY);
    }
  }

  /**
   * A directory where others may write is refused with its sticky bit too: they could put the lock
   * file there, and have it name a port of theirs.
   *
   * @throws IllegalStateException if others may write to it
   */
  static void requireOwnDirectory(Path directory) throws IOException {
    if (isPosix(directory)
        && Files.getPosixFilePermissions(directory).contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new IllegalStateException(
          "everybody may write to the directory "
              + directory
              + ". Take one that is for the server alone, with mode 700.");
    }
  }

  /**
   * Requires that the file is of a user alone.
   *
   * @throws IllegalStateException if it is not
   */
  static void requireOwn(Path file, UserPrincipal user) throws IOException {
    PosixFileAttributes seen =
        Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    String problem = null;
    if (!seen.isRegularFile()) {
      problem = " is no file, or a link to one. ";
    } else if (seen.permissions().contains(PosixFilePermission.OTHERS_READ)
        || seen.permissions().contains(PosixFilePermission.OTHERS_WRITE)) {
      problem = " can be read or written by everybody. ";
    } else if (!seen.owner().equals(user)) {
      problem = " belongs to " + seen.owner().getName() + ", who is not this process's user. ";
    }
    if (problem != null) {
      throw new IllegalStateException(
          file
              + problem
              + "Have it made by this user, chmod 600 it, in a directory for the server alone.");
    }
  }

  /** Java has no other way to ask for the user that a process runs as. */
  private static UserPrincipal ownerOfWhatIsMadeBeside(Path file) throws IOException {
    Path probe = Files.createTempFile(file.getParent(), ".owner", null, ownerOnly());
    try {
      return Files.getOwner(probe);
    } finally {
      Files.delete(probe);
    }
  }

  private static FileAttribute<?> ownerOnly() {
    return PosixFilePermissions.asFileAttribute(OWNER_ONLY);
  }

  private static boolean isPosix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }
}
