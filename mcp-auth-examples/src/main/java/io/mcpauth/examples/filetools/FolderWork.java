package io.mcpauth.examples.filetools;

import java.io.IOException;

/** What is done in an open directory. */
@FunctionalInterface
interface FolderWork<T> {
  T apply(Folder folder) throws IOException, FileRefusedException;
}
