package io.mcpauth.examples.filetools;

import java.io.IOException;
import java.nio.file.Path;

/** Opens the root directory for one operation. */
@FunctionalInterface
interface FolderOpener {
  Folder open(Path directory) throws IOException;
}
