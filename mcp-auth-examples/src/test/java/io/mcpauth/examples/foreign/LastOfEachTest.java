package io.mcpauth.examples.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LastOfEachTest {
  @Test
  void oneMoreThanAnOwnerMayHave_giveWayIsHisOwnOldest() {
    LastOfEach last = new LastOfEach(2);
    assertThat(last.add("ada", "1")).isNull();
    assertThat(last.add("bob", "1")).isNull();
    assertThat(last.add("ada", "2")).isNull();
    assertThat(last.add("ada", "1")).as("the newest again").isNull();
    assertThat(last.add("ada", "3")).isEqualTo("2");
    last.remove("ada", "1");
    assertThat(last.add("ada", "4")).isNull();
    assertThat(last.removeAll("ada")).containsExactly("3", "4");
    assertThat(last.removeAll("ada")).isEmpty();
    assertThat(last.removeAll("bob")).containsExactly("1");
  }
}
