package io.mcpauth.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class RepeatedLookTest {
  private final BlockingQueue<Integer> pauses = new LinkedBlockingQueue<>();
  private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();

  @Test
  void eachPause_isFollowedByOneLook() throws Exception {
    BlockingQueue<Integer> looks = new LinkedBlockingQueue<>();
    AtomicInteger number = new AtomicInteger();
    try (RepeatedLook watch =
        RepeatedLook.start(
            "test", () -> looks.add(number.incrementAndGet()), pauses::take, failures::add)) {
      assertThat(watch).isNotNull();
      assertThat(looks).as("none before the first pause").isEmpty();
      pauses.add(1);
      assertThat(looks.poll(60, TimeUnit.SECONDS)).isEqualTo(1);
      pauses.add(1);
      assertThat(looks.poll(60, TimeUnit.SECONDS)).isEqualTo(2);
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
    try (RepeatedLook watch = RepeatedLook.start("test", look, pauses::take, failures::add)) {
      assertThat(watch).isNotNull();
      pauses.add(1);
      pauses.add(1);
      assertThat(looks.poll(60, TimeUnit.SECONDS)).isNotNull();
      assertThat(looks.poll(60, TimeUnit.SECONDS)).isNotNull();
    }
  }

  /** Of what nobody hears any more, such as cut-offs, everybody would go on. */
  @Test
  void lookWithoutMemory_isNotTheLastThoughNobodyCanBeTold() throws Exception {
    BlockingQueue<Integer> looks = new LinkedBlockingQueue<>();
    Runnable look =
        () -> {
          looks.add(1);
          throw new OutOfMemoryError("made up");
        };
    Consumer<Throwable> failed =
        e -> {
          failures.add(e);
          throw new OutOfMemoryError("made up, too");
        };
    try (RepeatedLook watch = RepeatedLook.start("test", look, pauses::take, failed)) {
      assertThat(watch).isNotNull();
      pauses.add(1);
      pauses.add(1);
      assertThat(looks.poll(60, TimeUnit.SECONDS)).isNotNull();
      assertThat(looks.poll(60, TimeUnit.SECONDS)).isNotNull();
      assertThat(failures.poll(60, TimeUnit.SECONDS)).isInstanceOf(OutOfMemoryError.class);
    }
  }

  @Test
  void thread_isADaemonOfItsOwnThatEndsWithTheClose() throws Exception {
    CompletableFuture<Thread> seen = new CompletableFuture<>();
    ThreadLocal<String> inherited = new InheritableThreadLocal<>();
    CompletableFuture<Boolean> inherits = new CompletableFuture<>();
    inherited.set("of the thread that started the server");
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    RepeatedLook watch;
    try {
      Thread.currentThread().setContextClassLoader(new ClassLoader(before) {});
      watch =
          RepeatedLook.start(
              "test",
              () -> {
                boolean unused = inherits.complete(inherited.get() != null);
                unused = seen.complete(Thread.currentThread());
              },
              pauses::take,
              failures::add);
    } finally {
      Thread.currentThread().setContextClassLoader(before);
      inherited.remove();
    }
    pauses.add(1);
    Thread thread = seen.get(60, TimeUnit.SECONDS);
    assertThat(thread.isDaemon()).isTrue();
    assertThat(thread.getName()).isEqualTo("mcp-auth-test");
    assertThat(thread.getContextClassLoader()).isSameAs(RepeatedLook.class.getClassLoader());
    assertThat(inherits.get(60, TimeUnit.SECONDS)).isFalse();
    watch.close();
    thread.join(60_000);
    assertThat(thread.isAlive()).isFalse();
  }

  @Test
  void closeDuringALook_endsAfterItWithoutInterruptingIt() throws Exception {
    CountDownLatch looking = new CountDownLatch(1);
    CompletableFuture<Thread> seen = new CompletableFuture<>();
    CountDownLatch closed = new CountDownLatch(1);
    AtomicInteger looks = new AtomicInteger();
    Runnable look =
        () -> {
          boolean unused = seen.complete(Thread.currentThread());
          looks.incrementAndGet();
          looking.countDown();
          try {
            closed.await();
          } catch (InterruptedException e) {
            failures.add(e);
          }
        };
    pauses.add(1);
    pauses.add(1);
    pauses.add(1);
    try (RepeatedLook watch = RepeatedLook.start("test", look, pauses::take, failures::add)) {
      assertThat(watch).isNotNull();
      assertThat(looking.await(60, TimeUnit.SECONDS)).isTrue();
    }
    Thread thread = seen.get(60, TimeUnit.SECONDS);
    closed.countDown();
    thread.join(60_000);
    assertThat(thread.isAlive()).isFalse();
    assertThat(looks).hasValue(1);
    assertThat(failures).isEmpty();
  }
}
