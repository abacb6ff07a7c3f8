package io.mcpauth.examples.filetools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mcpauth.examples.filetools.FileRefusedException.Reason;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RelativePathTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nul", "NUL", "con.txt", "a/AUX", "COM1", "lpt9.log", "COM\u00B9", "CONIN$", "prn .txt",
        "C:", "C:file", "a.txt:stream", "a.txt::$DATA", "trailing.", "trailing ", "a?b", "a|b",
            "a\tb"
      })
  void windowsSurprise_isRefusedOnWindows(String path) {
    FileRefusedException refused =
        catchThrowableOfType(FileRefusedException.class, () -> RelativePath.parse(path, true));
    assertThat(refused.reason()).isEqualTo(Reason.INVALID_NAME);
  }

  @ParameterizedTest
  @ValueSource(strings = {"console.txt", "nullable", "com10", "a.nul", "aux-notes.txt", ".profile"})
  void nameThatOnlyLooksSimilar_isAcceptedOnWindows(String path) throws FileRefusedException {
    assertThat(RelativePath.parse(path, true).names()).containsExactly(Path.of(path));
  }

  @Test
  void segments_becomeNames() throws FileRefusedException {
    RelativePath path = RelativePath.parse("./a//b/.");
    assertThat(path.names()).containsExactly(Path.of("a"), Path.of("b"));
    assertThat(path.parents()).containsExactly(Path.of("a"));
    assertThat(path.lastName()).isEqualTo(Path.of("b"));
    assertThat(RelativePath.parse("./").isRoot()).isTrue();
  }
}
