package io.mcpauth.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PolicyWatchTest {
  private final BlockingQueue<Integer> pauses = new LinkedBlockingQueue<>();

  @Test
  void eachPause_isFollowedByOneLook() throws Exception {
    BlockingQueue<Integer> looks = new LinkedBlockingQueue<>();
    AtomicInteger number = new AtomicInteger();
    try (PolicyWatch watch =
        PolicyWatch.start(() -> looks.add(number.incrementAndGet()), pauses::take)) {
      assertThat(watch).isNotNull();
      assertThat(looks).as("none before the first pause").isEmpty();
      pauses.add(1);
      assertThat(looks.poll(20, TimeUnit.SECONDS)).isEqualTo(1);
      pauses.add(1);
      assertThat(looks.poll(20, TimeUnit.SECONDS)).isEqualTo(2);
      assertThat(looks).isEmpty();
    }
  }

  @Test
  void lookThatFails_isNotTheLast() throws Exception {
    BlockingQueue<Integer> looks = new LinkedBlockingQueue<>();
    Runnable look =
        () -> {
          looks.add(1);
          throw new IllegalStateException("a disk that fails");
        };
    try (PolicyWatch watch = PolicyWatch.start(look, pauses::take)) {
      assertThat(watch).isNotNull();
      pauses.add(1);
      pauses.add(1);
      assertThat(looks.poll(20, TimeUnit.SECONDS)).isNotNull();
      assertThat(looks.poll(20, TimeUnit.SECONDS)).isNotNull();
    }
  }

  @Test
  void thread_isADaemonOfItsOwnThatEndsWithTheClose() throws Exception {
    CompletableFuture<Thread> seen = new CompletableFuture<>();
    ThreadLocal<String> inherited = new InheritableThreadLocal<>();
    CompletableFuture<Boolean> inherits = new CompletableFuture<>();
    inherited.set("of the thread that started the server");
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    PolicyWatch watch;
    try {
      Thread.currentThread().setContextClassLoader(new ClassLoader(before) {});
      watch =
          PolicyWatch.start(
              () -> {
                boolean unused = inherits.complete(inherited.get() != null);
                unused = seen.complete(Thread.currentThread());
              },
              pauses::take);
    } finally {
      Thread.currentThread().setContextClassLoader(before);
      inherited.remove();
    }
    pauses.add(1);
    Thread thread = seen.get(20, TimeUnit.SECONDS);
    assertThat(thread.isDaemon()).isTrue();
    assertThat(thread.getName()).isEqualTo("mcp-auth-policy");
    assertThat(thread.getContextClassLoader()).isSameAs(PolicyWatch.class.getClassLoader());
    assertThat(inherits.get(20, TimeUnit.SECONDS)).isFalse();
    watch.close();
    thread.join(20_000);
    assertThat(thread.isAlive()).isFalse();
  }

  @Test
  void closeDuringALook_endsAfterIt() throws Exception {
    CountDownLatch looking = new CountDownLatch(1);
    CompletableFuture<Thread> seen = new CompletableFuture<>();
    CountDownLatch never = new CountDownLatch(1);
    AtomicInteger looks = new AtomicInteger();
    Runnable look =
        () -> {
          boolean unused = seen.complete(Thread.currentThread());
          looks.incrementAndGet();
          looking.countDown();
          try {
            never.await();
          } catch (InterruptedException e) {
            // swallowed, as a careless file system might
          }
        };
    pauses.add(1);
    pauses.add(1);
    pauses.add(1);
    try (PolicyWatch watch = PolicyWatch.start(look, pauses::take)) {
      assertThat(watch).isNotNull();
      assertThat(looking.await(20, TimeUnit.SECONDS)).isTrue();
    }
    Thread thread = seen.get(20, TimeUnit.SECONDS);
    thread.join(20_000);
    assertThat(thread.isAlive()).isFalse();
    assertThat(looks).hasValue(1);
  }
}
