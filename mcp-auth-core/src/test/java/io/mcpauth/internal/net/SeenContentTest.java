package io.mcpauth.internal.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which looks at a file bring something, and what is told of those that cannot be. */
class SeenContentTest {
  private final List<String> told = new ArrayList<>();
  private byte @Nullable [] now = text("first");
  private String problem = "gone";
  private final SeenContent file = new SeenContent(this::read, text("first"));

  @Test
  void otherContent_isReturnedOnce() {
    now = text("second");

    assertThat(look()).isEqualTo("second");
    assertThat(look()).isNull();
  }

  @Test
  void sameContent_isNoChange() {
    assertThat(look()).isNull();
    assertThat(told).isEmpty();
  }

  @Test
  void unreadable_isToldOncePerProblem_andOfItsEnd() {
    now = null;
    look();
    look();
    problem = "locked";
    look();
    now = text("first");

    assertThat(look()).isNull();
    assertThat(told).containsExactly("gone", "locked", "readable again");
  }

  @Test
  void unreadableAgain_isToldAgain() {
    now = null;
    look();
    now = text("second");
    look();
    now = null;
    look();

    assertThat(told).containsExactly("gone", "readable again", "gone");
  }

  @Test
  void readBesides_isNoChangeAtTheNextLook() {
    now = text("second");

    assertThat(file.isNew(text("second"))).isTrue();
    assertThat(file.isNew(text("second"))).isFalse();
    assertThat(look()).isNull();
  }

  private @Nullable String look() {
    byte[] changed = file.ifChanged(told::add, () -> told.add("readable again"));
    return changed == null ? null : new String(changed, UTF_8);
  }

  private byte[] read() {
    byte[] content = now;
    if (content == null) {
      throw new IllegalArgumentException(problem);
    }
    return content;
  }

  private static byte[] text(String text) {
    return text.getBytes(UTF_8);
  }
}
