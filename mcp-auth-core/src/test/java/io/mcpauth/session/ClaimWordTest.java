package io.mcpauth.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class ClaimWordTest {
  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
  private final Semaphore pauses = new Semaphore(0);
  private final Semaphore paused = new Semaphore(0);
  private final ClaimWord word = new ClaimWord(this::write, this::pause);

  private void write(String beginning) {
    told.add(beginning);
    if (beginning.equals("ff")) {
      throw new IllegalStateException("down");
    }
  }

  private void pause() throws InterruptedException {
    paused.release();
    pauses.acquire();
  }

  private void awaitPause() throws InterruptedException {
    assertThat(paused.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
  }

  private String next() throws InterruptedException {
    return String.valueOf(told.poll(60, TimeUnit.SECONDS));
  }

  @AfterEach
  void close() {
    word.close();
  }

  @Test
  void firstClaim_isToldAtOnceAndThoseAfterItOneByOne() throws Exception {
    word.claimed("ab12");
    assertThat(next()).isEqualTo("ab");
    awaitPause();
    word.claimed("cd12");
    word.claimed("ef12");
    word.claimed("cd34");
    assertThat(told).as("within the pause").isEmpty();
    pauses.release();
    assertThat(next()).isEqualTo("cd");
    awaitPause();
    assertThat(told).isEmpty();
    pauses.release();
    assertThat(next()).isEqualTo("ef");
  }

  @Test
  void manyClaims_areOneChangeForAll() throws Exception {
    word.claimed("0012");
    assertThat(next()).isEqualTo("00");
    awaitPause();
    for (int i = 16; i < 256; i++) {
      word.claimed(Integer.toHexString(i) + "12");
    }
    pauses.release();
    assertThat(next()).isEqualTo(ClaimWord.ANY);
    awaitPause();
    pauses.release();
    word.claimed("ab12");
    assertThat(next()).as("nothing is left of them").isEqualTo("ab");
  }

  @Test
  void feedThatFails_isToldOfTheNext() throws Exception {
    word.claimed("ff12");
    assertThat(next()).isEqualTo("ff");
    pauses.release();
    word.claimed("ab12");
    assertThat(next()).isEqualTo("ab");
  }

  @Test
  void nodeThatStops_tellsTheRestInOneChange() throws Exception {
    word.claimed("ab12");
    assertThat(next()).isEqualTo("ab");
    awaitPause();
    word.claimed("cd12");
    word.claimed("ef12");
    word.close();
    assertThat(told).containsExactly(ClaimWord.ANY);
    word.claimed("0012");
    word.close();
    assertThat(told).hasSize(1);
  }
}
