package io.mcpauth.examples.filetools;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Which session gives way to the next. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class OpenSessionsTest {
  private final OpenSessions sessions = new OpenSessions(new OpenSessions.Limits(2, 3, 6));

  @Test
  void callerWithMany_losesHisOwnOldestThatIsUnused() {
    open("alice", "a1", "a2", "a3");
    assertThat(sessions.used("a1", "alice")).isNull();

    assertThat(sessions.opened("a4", "alice")).isEqualTo("a2");
    assertThat(sessions.opened("a5", "alice")).isEqualTo("a3");
    assertThat(sessions.opened("a6", "alice")).as("spared once").isEqualTo("a1");
  }

  @Test
  void strangers_loseTheirOwn() {
    open("alice", "a1");
    open(null, "n1", "n2");

    assertThat(sessions.opened("n3", null)).isEqualTo("n1");
    assertThat(sessions.used("n1", null)).isNull();
    assertThat(sessions.opened("n4", null)).isEqualTo("n2");
  }

  @Test
  void fullRoom_takesOneWithoutALoginFirst_andThenOneOfWhoeverHasMost() {
    open("alice", "a1", "a2", "a3");
    open("bob", "b1", "b2");
    open(null, "n1");

    assertThat(sessions.opened("c1", "carol")).isEqualTo("n1");
    assertThat(sessions.opened("d1", "dave")).isEqualTo("a1");
    assertThat(sessions.opened("n2", null)).as("of two with two").isIn("a2", "b1");
  }

  @Test
  void sessionOfBeforeTheLogin_isTheCallersAfterIt() {
    open(null, "n1", "n2");
    open("alice", "a1", "a2", "a3");

    assertThat(sessions.used("n1", "alice")).as("one more than she may have").isEqualTo("a1");
    assertThat(sessions.opened("n3", null)).as("room of strangers again").isNull();
  }

  @Test
  void endedSession_leavesItsPlace() {
    open("alice", "a1", "a2", "a3");
    sessions.ended("a2", "alice");
    assertThat(sessions.opened("a4", "alice")).isNull();
    assertThat(sessions.opened("a5", "alice")).isEqualTo("a1");

    open(null, "n1", "n2");
    sessions.ended("n1", "alice"); // of before her login
    assertThat(sessions.opened("n3", null)).isNull();
    sessions.ended("never-was", null);
  }

  private void open(@Nullable String caller, String... ids) {
    for (String id : ids) {
      assertThat(sessions.opened(id, caller)).isNull();
    }
  }
}
