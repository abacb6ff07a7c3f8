package io.mcpauth.examples.filetools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The contract where directories are held open: what Linux gets. */
class DescriptorFolderTest extends FileRootContract {

  @Override
  FolderOpener opener() {
    return Folder::open;
  }

  @Test
  void linux_holdsDirectoriesOpen() throws IOException {
    try (Folder folder = Folder.open(directory)) {
      assertThat(folder).isInstanceOf(DescriptorFolder.class);
    }
  }

  @Test
  void directorySwappedAfterItWasEntered_changesNothing() throws Exception {
    Path elsewhere = Files.createDirectory(outside.resolve("elsewhere"));
    Files.writeString(elsewhere.resolve("one.txt"), "not this one");
    FileRoot root =
        disturbed(DisturbedFolder.Step.OPEN, () -> swap(directory.resolve("notes"), elsewhere));
    assertThat(root.read("notes/one.txt")).isEqualTo("one");
  }

  @Test
  void directorySwappedDuringAWrite_isWrittenWhereItWas() throws Exception {
    Path elsewhere = Files.createDirectory(outside.resolve("elsewhere"));
    FileRoot root =
        disturbed(DisturbedFolder.Step.REPLACE, () -> swap(directory.resolve("notes"), elsewhere));
    assertThat(root.write("notes/two.txt", "two")).isTrue();
    assertThat(elsewhere).isEmptyDirectory();
    assertThat(directory.resolve("moved-away/two.txt")).hasContent("two");
  }
}
