package io.mcpauth.examples.filetools;

/**
 * One entry of a directory.
 *
 * @param name its name, without any directory
 * @param kind what it is; a symbolic link is never followed to find out
 * @param size its size in bytes, 0 for anything but a regular file
 */
public record FileEntry(String name, Kind kind, long size) {

  /** What an entry is. */
  public enum Kind {
    /** A regular file: the only kind that can be read, replaced or deleted. */
    FILE,
    /** A directory. */
    DIRECTORY,
    /** A symbolic link, which no operation follows. */
    LINK,
    /** A named pipe, a socket or a device, which no operation opens. */
    SPECIAL
  }
}
