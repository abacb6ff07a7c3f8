package io.mcpauth.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class ClaimWatchTest {
  private final Set<String> claimed = ConcurrentHashMap.newKeySet();
  private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> lost = new LinkedBlockingQueue<>();
  private final CountDownLatch answers = new CountDownLatch(1);
  private final ClaimWatch watch = new ClaimWatch(this::isNobodys, () -> lost.add("lost"));

  private boolean isNobodys(String key) {
    asked.add(key);
    if (key.startsWith("slow")) {
      await();
    }
    if (key.startsWith("fails")) {
      throw new IllegalStateException("down");
    }
    return !claimed.contains(key);
  }

  private void await() {
    try {
      assertThat(answers.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @AfterEach
  void close() {
    answers.countDown();
    watch.close();
  }

  @Test
  void sessionClaimedHere_isLostAtOnceForAllItsStreams() {
    Sessions.Watch one = watch.watch("a");
    Sessions.Watch two = watch.watch("a");
    Sessions.Watch other = watch.watch("b");
    watch.claimed("a");

    assertThat(one.isLost()).isTrue();
    assertThat(two.isLost()).isTrue();
    assertThat(other.isLost()).isFalse();
    assertThat(asked).isEmpty();
  }

  @Test
  void claimElsewhere_asksForThoseThatBeginSoAlone() throws Exception {
    Sessions.Watch one = watch.watch("ab1");
    Sessions.Watch same = watch.watch("ab2");
    Sessions.Watch other = watch.watch("cd1");
    claimed.addAll(Set.of("ab1", "cd1"));
    watch.heard("ab");

    assertThat(lost.poll(60, TimeUnit.SECONDS)).isEqualTo("lost");
    assertThat(asked).containsExactlyInAnyOrder("ab1", "ab2");
    assertThat(one.isLost()).isTrue();
    assertThat(same.isLost()).isFalse();
    assertThat(other.isLost()).isFalse();
  }

  @Test
  void feedThatIsReadAnew_asksForAll() throws Exception {
    Sessions.Watch one = watch.watch("ab1");
    claimed.add("ab1");
    watch.heard("");

    assertThat(lost.poll(60, TimeUnit.SECONDS)).isEqualTo("lost");
    assertThat(one.isLost()).isTrue();
  }

  @Test
  void storeThatFails_endsTheStream() throws Exception {
    Sessions.Watch one = watch.watch("fails");
    watch.heard("fa");

    assertThat(lost.poll(60, TimeUnit.SECONDS)).isEqualTo("lost");
    assertThat(one.isLost()).isTrue();
  }

  /** The thread that hears of it has cut-offs to tell of. */
  @Test
  void slowStore_holdsUpNobodyWhoHearsOrAsks() throws Exception {
    Sessions.Watch slow = watch.watch("slow");
    watch.heard("sl");
    assertThat(asked.poll(60, TimeUnit.SECONDS)).isEqualTo("slow");
    watch.heard("ab");
    Sessions.Watch one = watch.watch("ab1");
    watch.claimed("ab1");

    assertThat(one.isLost()).isTrue();
    assertThat(slow.isLost()).isFalse();
  }

  @Test
  void streamThatIsOver_isNotAskedFor() {
    Sessions.Watch one = watch.watch("ab1");
    Sessions.Watch two = watch.watch("ab1");
    one.close();
    one.close();
    assertThat(watch.size()).isEqualTo(1);
    two.close();
    assertThat(watch.size()).isZero();
    watch.heard("ab");

    assertThat(asked).isEmpty();
  }
}
