package io.mcpauth.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebAddressTest {
  @ParameterizedTest
  @CsvSource({
    "https://i.test, https://i.test/, true",
    "https://i.test/, https://i.test//, true",
    "'', /, true",
    "https://i.test, https://i.test, false",
    "https://i.test, https://i.test//, false",
    "https://i.test, https://i.test/a, false",
    "https://i.test, https://i.testa, false",
    "https://i.test, https://j.test/, false",
    "https://i.test, /, false",
    "'', '', false"
  })
  void slashAtTheEnd_isTheOnlyDifferenceOrNot(String one, String other, boolean only) {
    assertThat(WebAddress.differByASlash(one, other)).isEqualTo(only);
    assertThat(WebAddress.differByASlash(other, one)).isEqualTo(only);
  }
}
