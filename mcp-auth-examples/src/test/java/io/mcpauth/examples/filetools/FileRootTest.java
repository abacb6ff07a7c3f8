package io.mcpauth.examples.filetools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileRootTest {

  @TempDir Path temporary;

  @Test
  void missingRoot_stopsTheStart() {
    Path missing = temporary.resolve("missing");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FileRoot.at(missing))
        .withMessageContaining(missing.toString())
        .withMessageContaining("name an existing directory");
  }

  @Test
  void fileAsRoot_stopsTheStart() throws IOException {
    Path file = Files.writeString(temporary.resolve("file"), "x");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FileRoot.at(file))
        .withMessageContaining("is not a directory");
  }

  @Test
  void wholeFileSystemAsRoot_stopsTheStart() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FileRoot.at(temporary.getRoot()))
        .withMessageContaining("whole file system");
  }

  @Test
  void linkAsRoot_isTheOperatorsChoice() throws Exception {
    Path real = Files.createDirectory(temporary.resolve("real"));
    Path link = Files.createSymbolicLink(temporary.resolve("link"), real);
    FileRoot.at(link).write("a.txt", "a");
    assertThat(real.resolve("a.txt")).hasContent("a");
  }

  @Test
  void sampleFiles_areReadableAndGoAway() throws Exception {
    Path place = temporary.resolve("sample");
    try (SampleFiles sample = SampleFiles.create(place)) {
      FileRoot root = FileRoot.at(sample.directory());
      assertThat(root.list("").entries())
          .extracting(FileEntry::name)
          .containsExactly("README.txt", "letters", "notes");
      assertThat(root.read("README.txt")).startsWith("Welcome");
      Files.createSymbolicLink(place.resolve("link"), temporary);
    }
    assertThat(place).doesNotExist();
    assertThat(temporary).isDirectory();
  }

  @Test
  void temporarySample_goesAway() throws IOException {
    Path place;
    try (SampleFiles sample = SampleFiles.temporary()) {
      place = sample.directory();
      assertThat(place.resolve("notes/ideas.txt")).isRegularFile();
    }
    assertThat(place).doesNotExist();
  }

  @Test
  void sampleInExistingDirectory_isRefused() {
    org.assertj.core.api.Assertions.assertThatIOException()
        .isThrownBy(() -> SampleFiles.create(temporary));
    assertThat(temporary).isEmptyDirectory();
  }
}
