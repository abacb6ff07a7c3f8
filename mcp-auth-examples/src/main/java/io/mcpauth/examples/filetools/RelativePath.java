package io.mcpauth.examples.filetools;

import io.mcpauth.examples.filetools.FileRefusedException.Reason;
import java.io.File;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A path below the root as a caller wrote it, and the plain names it consists of.
 *
 * <p>Names are separated by {@code /}. Empty and {@code .} segments mean nothing, so {@code ""} and
 * {@code "."} are the root. {@code ..} is refused even where it would stay inside: what it means
 * depends on links, and nobody needs it. Does not touch the file system.
 *
 * @param written the path as the caller wrote it
 * @param names one file name for each level
 */
record RelativePath(String written, List<Path> names) {

  private static final int LENGTH_LIMIT = 1024;

  /** Names that Windows gives to devices, whatever their extension, and characters it reserves. */
  private static final Pattern WINDOWS_SURPRISE =
      Pattern.compile(
          "(?i)(CON|PRN|AUX|NUL|CONIN\\$|CONOUT\\$|(COM|LPT)[0-9\u00B9\u00B2\u00B3])[ ]*([.:].*)?"
              + "|.*[<>:\"|?*\\x00-\\x1F].*|.*[. ]",
          Pattern.DOTALL);

  RelativePath {
    names = List.copyOf(names);
  }

  static RelativePath parse(String written) throws FileRefusedException {
    return parse(written, File.separatorChar == '\\');
  }

  static RelativePath parse(String written, boolean windowsNames) throws FileRefusedException {
    if (written.length() > LENGTH_LIMIT || written.indexOf('\0') >= 0) {
      throw new FileRefusedException(Reason.INVALID_NAME, written);
    }
    if (written.startsWith("/")) {
      throw new FileRefusedException(Reason.ABSOLUTE_PATH, written);
    }
    // Refused on every platform: what separates names on one and not on another invites mistakes.
    if (written.indexOf('\\') >= 0) {
      throw new FileRefusedException(Reason.BACKSLASH, written);
    }
    List<Path> names = new ArrayList<>();
    for (String segment : written.split("/", -1)) {
      if (!segment.isEmpty() && !segment.equals(".")) {
        names.add(name(segment, written, windowsNames));
      }
    }
    return new RelativePath(written, names);
  }

  private static Path name(String segment, String written, boolean windowsNames)
      throws FileRefusedException {
    if (segment.equals("..")) {
      throw new FileRefusedException(Reason.PARENT_SEGMENT, written);
    }
    if (windowsNames && WINDOWS_SURPRISE.matcher(segment).matches()) {
      throw new FileRefusedException(Reason.INVALID_NAME, written);
    }
    try {
      Path name = Path.of(segment);
      if (name.getNameCount() != 1 || name.getRoot() != null) {
        throw new FileRefusedException(Reason.INVALID_NAME, written);
      }
      return name;
    } catch (InvalidPathException e) {
      throw new FileRefusedException(Reason.INVALID_NAME, written, e);
    }
  }

  boolean isRoot() {
    return names.isEmpty();
  }

  /** The names of the directories above the last name. */
  List<Path> parents() {
    return names.subList(0, names.size() - 1);
  }

  Path lastName() {
    return names.get(names.size() - 1);
  }

  FileRefusedException refused(Reason reason) {
    return new FileRefusedException(reason, written);
  }

  FileRefusedException refused(Reason reason, Throwable cause) {
    return new FileRefusedException(reason, written, cause);
  }
}
