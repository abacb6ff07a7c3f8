package io.mcpauth.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a key looks like, and what is none. */
class KeyTextTest {
  @Test
  void freshKey_hasPrefixIdSecretAndChecksum() {
    KeyText key = KeyText.fresh("acme");

    assertThat(key.text()).matches("acme_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}");
    assertThat(KeyText.read("acme", key.text())).isEqualTo(key);
    assertThat(key).hasToString("KeyText[" + key.id() + "]");
    assertThat(key.hash()).matches("[A-Za-z0-9_-]{43}").isEqualTo(key.hash());
  }

  /** Of 256 bits in 43 digits none is as good as fixed: each place has many values. */
  @Test
  void freshKeys_areAllDifferentInEachPlace() {
    Set<String> texts = new HashSet<>();
    Set<String> ids = new HashSet<>();
    Set<String> places = new HashSet<>();
    for (int i = 0; i < 500; i++) {
      KeyText key = KeyText.fresh("mcp");
      texts.add(key.text());
      ids.add(key.id());
      for (int place = 0; place < key.text().length(); place++) {
        places.add(place + ":" + key.text().charAt(place));
      }
    }

    assertThat(texts).hasSize(500);
    assertThat(ids).hasSize(500);
    // Of 62 digits in 12 + 43 + 5 places; the first of the checksum has five values.
    assertThat(places).hasSizeGreaterThan(60 * 55);
  }

  @Test
  void everyChangedCharacter_isToldByTheChecksum() {
    String text = KeyText.fresh("mcp").text();
    for (int place = 0; place < text.length(); place++) {
      char changed = text.charAt(place) == 'a' ? 'b' : 'a';
      String wrong = text.substring(0, place) + changed + text.substring(place + 1);

      assertThat(KeyText.read("mcp", wrong)).as("place " + place).isNull();
    }
  }

  @Test
  void whatIsNoKey_isNone() {
    String text = KeyText.fresh("mcp").text();
    for (String wrong :
        new String[] {
          "",
          "mcp",
          "mcp_",
          text + "a",
          text.substring(1),
          text.substring(0, text.length() - 1),
          " " + text,
          text + " ",
          text.toUpperCase(Locale.ROOT),
          text.replace("mcp_", "MCP_"),
          text.replace('_', '-'),
          text + "\0",
          text.substring(0, 20) + "\u00e4" + text.substring(21),
          "mcp_" + "\u0661".repeat(12) + "_" + "0".repeat(49),
          "mcp_" + "0".repeat(12) + "_" + "0".repeat(49),
          "x".repeat(1_000_000)
        }) {
      assertThat(KeyText.read("mcp", wrong)).isNull();
    }
    assertThat(KeyText.read("acme", text)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a", "1a", "a_b", "a-b", "eyJ", "ey", "\u00e4b", "a b", "seventeenletterss"})
  void prefixThatTellsNothing_isRefused(String prefix) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeyText.requirePrefix(prefix))
        .withMessageEndingWith("Write one such as 'acme'.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"mcp", "ac", "Acme2", "sixteenletters16"})
  void prefix_isTaken(String prefix) {
    assertThatCode(() -> KeyText.requirePrefix(prefix)).doesNotThrowAnyException();
  }
}
