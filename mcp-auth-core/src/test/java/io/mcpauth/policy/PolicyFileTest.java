package io.mcpauth.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyFileTest {
  @TempDir private Path directory;

  @Test
  void file_isReadAnewEachTime() throws IOException {
    Path path = write("{\"base\":[\"a\"]}");
    PolicyFile file = PolicyFile.at(path);
    assertThat(file.load().scopes()).containsExactly("a");
    Files.writeString(path, "{\"base\":[\"b\"]}");

    assertThat(file.load().scopes()).containsExactly("b");
    assertThat(file.path()).isEqualTo(path);
    assertThat(file).hasToString(path.toString());
  }

  @Test
  void mistake_hasThePathOfTheFileAndItsPlace() throws IOException {
    Path path = write("{\n  \"bases\": 1 }");
    assertThatIllegalArgumentException()
        .isThrownBy(PolicyFile.at(path)::load)
        .withMessageStartingWith(path + ", line 2, column 3: bases is not a member; write one of ");
  }

  @Test
  void pathAndText_areTheSamePolicy() throws IOException {
    String text = "{\"tools\":{\"é\":[\"a\"]}}";
    assertThat(ToolPolicy.fromJson(write(text))).isEqualTo(ToolPolicy.fromJson(text));
    assertThat(ToolPolicy.fromJson(text)).isEqualTo(ToolPolicy.builder().tool("é", "a").build());
  }

  @Test
  void mistakeInAText_hasItsPlace() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ToolPolicy.fromJson("{\n  \"bases\": 1 }"))
        .withMessageStartingWith("policy, line 2, column 3: bases is not a member");
  }

  @Test
  void nameOfAFileAsText_isRefusedWithWhatToWrite() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ToolPolicy.fromJson("conf/policy.json"))
        .withMessage(
            "'conf/policy.json' is no policy but the name of a file."
                + " Write ToolPolicy.fromJson(Path.of(...)).");
  }

  /** Written as UTF-8 it would be a question mark, and with it another name. */
  @Test
  void halfOfACharacter_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ToolPolicy.fromJson("{\"tools\":{\"\ud800\":[\"a\"]}}"))
        .withMessage("policy: a character in it is only a half of one.");
  }

  @Test
  void missingFile_isRefusedWithItsPath() {
    Path path = directory.resolve("none.json");
    assertThatIllegalArgumentException()
        .isThrownBy(PolicyFile.at(path)::load)
        .withMessage(
            "Policy file '"
                + path
                + "' does not exist. Write the path of the policy, or put it there.");
  }

  @Test
  void linkToNowhere_isRefused() throws IOException {
    Path link = directory.resolve("link.json");
    Files.createSymbolicLink(link, directory.resolve("none.json"));
    assertThatIllegalArgumentException()
        .isThrownBy(PolicyFile.at(link)::load)
        .withMessageContaining("does not exist");
  }

  @Test
  void directory_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(PolicyFile.at(directory)::load)
        .withMessage(
            "Policy file '"
                + directory
                + "' is no regular file. Write the path of a JSON document.");
  }

  @Test
  void pathThroughAFile_isRefused() throws IOException {
    Path path = write("{\"base\":[\"a\"]}").resolve("policy.json");
    assertThatIllegalArgumentException()
        .isThrownBy(PolicyFile.at(path)::load)
        .withMessageContaining("'" + path + "' ");
  }

  @Test
  void hugeFile_isRefusedWithoutReadingIt() throws IOException {
    Path path = directory.resolve("huge.json");
    try (RandomAccessFile huge = new RandomAccessFile(path.toFile(), "rw")) {
      huge.setLength(1L << 36); // sparse
    }
    assertThatIllegalArgumentException()
        .isThrownBy(PolicyFile.at(path)::load)
        .withMessageContaining("is larger than 1 MiB");
  }

  private Path write(String document) throws IOException {
    return Files.writeString(directory.resolve("policy.json"), document);
  }
}
