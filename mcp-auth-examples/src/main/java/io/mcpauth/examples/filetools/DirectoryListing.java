package io.mcpauth.examples.filetools;

import java.util.List;

/**
 * The entries of a directory in the order of their names.
 *
 * @param entries at most {@link FileRoot#LIST_LIMIT} entries
 * @param truncated whether the directory has more entries than that
 */
public record DirectoryListing(List<FileEntry> entries, boolean truncated) {

  /** Copies the list. */
  public DirectoryListing {
    entries = List.copyOf(entries);
  }
}
