package io.mcpauth.examples.authserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class LoginSessionsTest {
  private final MovedClock clock = new MovedClock();
  private final LoginSessions sessions = new LoginSessions(Store.inMemory(clock), clock);

  /** The lines of {@code Cookie} of a browser that got a line of {@code Set-Cookie}. */
  private static List<String> cookies(String line) {
    return List.of(line.split(";", -1)[0]);
  }

  @Test
  void idOfAnotherHand_isNobodysAndIsNotTakenOver() {
    List<String> planted = List.of("dev_authorization_server=planted");
    assertThat(sessions.find(planted)).isNull();
    List<String> own = cookies(sessions.open(planted, "ada"));
    assertThat(sessions.find(planted)).isNull();
    assertThat(Objects.requireNonNull(sessions.find(own)).name()).isEqualTo("ada");
  }

  @Test
  void twoOfOneName_areNobodys() {
    String own = cookies(sessions.open(List.of(), "ada")).get(0);
    String planted = cookies(sessions.open(List.of(), "eve")).get(0);
    assertThat(sessions.find(List.of(planted + "; " + own))).isNull();
    assertThat(sessions.find(List.of(own + "; " + own))).isNotNull();
  }

  @Test
  void secondLoginInABrowser_endsTheFirst() {
    List<String> first = cookies(sessions.open(List.of(), "ada"));
    List<String> second = cookies(sessions.open(first, "bob"));
    assertThat(sessions.find(first)).isNull();
    assertThat(Objects.requireNonNull(sessions.find(second)).name()).isEqualTo("bob");
  }

  @Test
  void logout_endsIt() {
    List<String> own = cookies(sessions.open(List.of(), "ada"));
    sessions.end(own);
    assertThat(sessions.find(own)).isNull();
  }

  @Test
  void unusedForHalfAnHour_isOverAndUsedIsNot() {
    List<String> used = cookies(sessions.open(List.of(), "ada"));
    List<String> unused = cookies(sessions.open(List.of(), "ada"));
    clock.moveTo(Duration.ofMinutes(20));
    assertThat(sessions.find(used)).isNotNull();
    clock.moveTo(Duration.ofMinutes(40));
    assertThat(sessions.find(used)).isNotNull();
    assertThat(sessions.find(unused)).isNull();
  }

  @Test
  void moreThanAUserMayHave_endHisOwnOldest() {
    List<String> other = cookies(sessions.open(List.of(), "bob"));
    List<List<String>> own = new ArrayList<>();
    for (int i = 0; i < 21; i++) {
      clock.moveTo(Duration.ofSeconds(i));
      own.add(cookies(sessions.open(List.of(), "ada")));
    }
    assertThat(sessions.find(own.get(0))).isNull();
    assertThat(sessions.find(own.get(1))).isNotNull();
    assertThat(sessions.find(own.get(20))).isNotNull();
    assertThat(sessions.find(other)).isNotNull();
  }
}
