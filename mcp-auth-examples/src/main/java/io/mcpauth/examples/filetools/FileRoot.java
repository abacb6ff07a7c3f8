package io.mcpauth.examples.filetools;

import io.mcpauth.examples.filetools.FileRefusedException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * The one directory that the file tools may touch, and the four things they may do in it.
 *
 * <p>Paths are relative, with {@code /} between names; {@code ""} and {@code "."} are the root.
 * Refused are absolute paths, {@code ..}, backslashes, every symbolic link on the way (inside the
 * root too: one rule without exceptions), named pipes, sockets and devices, files over {@link
 * #SIZE_LIMIT} bytes and anything but UTF-8 text. Directories are neither created nor deleted. Each
 * refusal is a {@link FileRefusedException}, whose message reveals nothing outside the root.
 *
 * <p>On Linux every step is taken relative to an open directory, so a link that appears during an
 * operation is not followed either. Safe for use by several threads; the last of two writers wins,
 * and a reader sees the old or the new text, never a mixture.
 *
 * <p>Does not check hard links, which cannot be told apart from the file itself, and does not hold
 * a quota. A local process that swaps a file for a named pipe in the moment between check and
 * opening can make one read wait; no tool can create a pipe.
 */
public final class FileRoot {

  /** The largest text that is read or written, in bytes: 1 MiB. */
  public static final int SIZE_LIMIT = 1 << 20;

  /** The largest number of entries in a listing. */
  public static final int LIST_LIMIT = 1000;

  private final Path root;
  private final FolderOpener opener;

  private FileRoot(Path root, FolderOpener opener) {
    this.root = root;
    this.opener = opener;
  }

  /**
   * Confines file access to a directory.
   *
   * @param directory an existing directory; where it is a link itself, what it leads to now
   * @return the confined access
   * @throws IllegalArgumentException if it is not an existing directory, or is the root of the file
   *     system, which would confine nothing
   */
  public static FileRoot at(Path directory) {
    return at(directory, Folder::open);
  }

  static FileRoot at(Path directory, FolderOpener opener) {
    Path real;
    try {
      real = directory.toRealPath();
    } catch (IOException e) {
      throw new IllegalArgumentException(notUsable(directory, "cannot be found"), e);
    }
    if (!Files.isDirectory(real)) {
      throw new IllegalArgumentException(notUsable(directory, "is not a directory"));
    }
    if (real.getNameCount() == 0) {
      throw new IllegalArgumentException(notUsable(directory, "is the whole file system"));
    }
    return new FileRoot(real, opener);
  }

  private static String notUsable(Path directory, String problem) {
    return "The root directory of the file tools, "
        + directory
        + ", "
        + problem
        + "; name an existing directory that holds only the files to share";
  }

  /**
   * Lists a directory.
   *
   * @param path the directory, relative to the root
   * @return its entries by name, the first {@link #LIST_LIMIT} of them
   * @throws FileRefusedException if there is no such directory
   */
  public DirectoryListing list(String path) throws FileRefusedException {
    RelativePath target = RelativePath.parse(path);
    return in(target, target.names(), FolderFiles::list);
  }

  /**
   * Reads a text file.
   *
   * @param path the file, relative to the root
   * @return its text
   * @throws FileRefusedException if there is no such file, or it is too large or not text
   */
  public String read(String path) throws FileRefusedException {
    RelativePath target = file(path);
    ByteBuffer bytes = in(target, target.parents(), folder -> FolderFiles.read(folder, target));
    try {
      return FileText.decode(bytes);
    } catch (CharacterCodingException e) {
      throw target.refused(Reason.NOT_TEXT, e);
    }
  }

  /**
   * Creates a text file, or replaces it in one step, keeping its permissions.
   *
   * @param path the file, relative to the root; its directory must exist
   * @param content the whole text
   * @return whether the file is new
   * @throws FileRefusedException if the place is not a regular file in an existing directory, is
   *     read-only, or the content is too large or not text
   */
  public boolean write(String path, String content) throws FileRefusedException {
    RelativePath target = file(path);
    ByteBuffer bytes;
    try {
      bytes = FileText.encode(content);
    } catch (CharacterCodingException e) {
      throw target.refused(Reason.NOT_TEXT, e);
    }
    if (bytes.remaining() > SIZE_LIMIT) {
      throw target.refused(Reason.TOO_LARGE);
    }
    return in(target, target.parents(), folder -> FolderFiles.write(folder, target, bytes));
  }

  /**
   * Deletes a regular file.
   *
   * @param path the file, relative to the root
   * @throws FileRefusedException if there is no such file, or it is read-only
   */
  public void delete(String path) throws FileRefusedException {
    RelativePath target = file(path);
    in(
        target,
        target.parents(),
        folder -> {
          FolderFiles.delete(folder, target);
          return target;
        });
  }

  private static RelativePath file(String path) throws FileRefusedException {
    RelativePath target = RelativePath.parse(path);
    if (target.isRoot()) {
      throw target.refused(Reason.NOT_A_FILE);
    }
    return target;
  }

  private <T> T in(RelativePath target, List<Path> names, FolderWork<T> work)
      throws FileRefusedException {
    try (Folder folder = descend(target, names)) {
      return work.apply(folder);
    } catch (NoSuchFileException e) {
      throw target.refused(Reason.NOT_FOUND, e);
    } catch (IOException | DirectoryIteratorException e) {
      throw target.refused(Reason.FAILED, e);
    }
  }

  private Folder descend(RelativePath target, List<Path> names)
      throws IOException, FileRefusedException {
    Folder current = opener.open(root);
    for (Path name : names) {
      try (Folder parent = current) {
        current = FolderFiles.enter(parent, name, target);
      }
    }
    return current;
  }
}
