package io.mcpauth.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {
  @ParameterizedTest
  @CsvSource({
    "read_file,read_fil",
    "readFile,",
    "write_files,write_file",
    "a,",
    "ab,",
    "list_everything,",
    "'',"
  })
  void name_isNearWhereAThirdOfItIsWrongAtMost(String name, @Nullable String nearest) {
    assertThat(NearestName.of(name, List.of("b", "read_fil", "write_file"))).isEqualTo(nearest);
  }

  /** The start stops there, and says what was probably meant. */
  @Test
  void requireKnown_namesTheNearestRule() {
    ToolPolicy policy = ToolPolicy.builder().tool("read_fil", "r").tool("list_files", "l").build();
    assertThatIllegalStateException()
        .isThrownBy(() -> policy.withTools(List.of("list_files", "read_file", "about")))
        .withMessageContaining("The server has tools that the policy does not name: [about,")
        .withMessageEndingWith(
            " The rule 'read_fil' is for no tool of the server: is 'read_file' meant?");
  }
}
