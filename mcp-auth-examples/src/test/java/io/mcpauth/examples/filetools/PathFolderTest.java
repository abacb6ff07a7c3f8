package io.mcpauth.examples.filetools;

/** The contract where directories are known by path only: what Windows gets. */
class PathFolderTest extends FileRootContract {

  @Override
  FolderOpener opener() {
    return PathFolder::open;
  }
}
