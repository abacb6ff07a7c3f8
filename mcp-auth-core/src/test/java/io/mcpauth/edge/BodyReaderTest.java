package io.mcpauth.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.token.Principals;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a body may cost: bytes, time, and how many are read at once. */
class BodyReaderTest {
  private static final int MOST = 1024 * 1024;
  private static final RequestLimits LIMITS =
      new RequestLimits(8L * MOST, 64 * 1024, 2, 10_000, 200);

  private final AtomicLong nanos = new AtomicLong();
  private final Capacity capacity = new Capacity(LIMITS, nanos::get);

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 8191, 8192, 8193, 65_535, 65_536, 65_537, 400_000, MOST})
  void bytes_areTheVeryOnes(int length) throws Exception {
    byte[] sent = new byte[length];
    new Random(length).nextBytes(sent);
    for (long announced : new long[] {-1, length}) {
      for (boolean inPieces : new boolean[] {true, false}) {
        InputStream in = new ByteArrayInputStream(sent);
        try (BodyReader reader = reader("alice")) {
          assertThat(reader.read(inPieces ? pieces(in) : in, announced, MOST)).isEqualTo(sent);
          assertThat(capacity.inUse().bodyBytes()).isLessThanOrEqualTo(Math.max(2L * length, 8192));
        }
        assertThat(capacity.inUse().bodyBytes()).isZero();
        assertThat(capacity.inUse().requests()).isZero();
      }
    }
  }

  @Test
  void announcedLength_isNeitherReadNorHeldBeforeItComes() {
    assertReason(ReasonCode.BODY_TOO_LARGE, () -> reader("alice").read(unread(), MOST + 1L, MOST));
    assertReason(ReasonCode.BODY_TOO_LARGE, () -> reader(null).read(unread(), MOST + 1L, MOST));
    assertReason(ReasonCode.BODY_TOO_LARGE, () -> reader(null).read(unread(), 101, 100));
    assertReason(ReasonCode.CREDENTIAL_MISSING, () -> reader(null).read(unread(), 65_537, MOST));

    List<Long> held = new ArrayList<>();
    InputStream looks = watched(new byte[10], () -> held.add(capacity.inUse().bodyBytes()));
    assertThatThrownBy(() -> reader("alice").read(looks, MOST, MOST))
        .isInstanceOf(IOException.class);
    assertThat(held).isNotEmpty().allMatch(bytes -> bytes > 0 && bytes <= 64 * 1024);
  }

  /** A client that still sends does not see the challenge. */
  @Test
  void unannouncedBodyThatALoginWouldLetPass_isReadAndNotKept() throws Exception {
    InputStream in = zeros(200_000);
    try (BodyReader reader = reader(null)) {
      assertReason(ReasonCode.CREDENTIAL_MISSING, () -> reader.read(in, -1, MOST));
      assertThat(in.read()).isEqualTo(-1);
      assertThat(capacity.inUse().bodyBytes()).isLessThanOrEqualTo(65_536);
    }
    InputStream endless = zeros(5 * MOST);
    assertReason(ReasonCode.CREDENTIAL_MISSING, () -> reader(null).read(endless, -1, 4 * MOST));
    assertThat(endless.available()).isGreaterThan(3 * MOST);
    InputStream drip = new Dripping(1, Duration.ofSeconds(2), Integer.MAX_VALUE);
    assertReason(ReasonCode.BODY_TIMEOUT, () -> reader(null).read(drip, -1, MOST));
  }

  @Test
  void longerThanAnnouncedOrUnannounced_endsAtTheCap() {
    for (long announced : new long[] {-1, 10, 65_536}) {
      assertReason(
          ReasonCode.CREDENTIAL_MISSING, () -> reader(null).read(zeros(65_537), announced, MOST));
      assertReason(
          ReasonCode.BODY_TOO_LARGE, () -> reader("alice").read(zeros(MOST + 1), announced, MOST));
    }
  }

  /** Two quarters of what all may have are a stranger's dream; one is what they get together. */
  @Test
  void strangers_shareAQuarterAndLeaveTheRestToOthers() throws Exception {
    List<BodyReader> strangers = new ArrayList<>();
    int read = 0;
    while (true) {
      BodyReader stranger = new BodyReader(capacity, null);
      strangers.add(stranger);
      try {
        byte[] unused = stranger.read(zeros(65_536), -1, MOST);
        read++;
      } catch (AuthException e) {
        assertThat(e.reason()).isEqualTo(ReasonCode.OVER_LIMIT);
        assertThat(e.facts()).containsEntry("limit", "bytes");
        break;
      }
    }

    assertThat(read).isEqualTo(32);
    assertThat(capacity.inUse().bodyBytes()).isLessThanOrEqualTo(2L * MOST);
    assertThat(reader("alice").read(zeros(MOST), MOST, MOST)).hasSize(MOST);
    strangers.forEach(BodyReader::close);
    assertThat(capacity.inUse().bodyBytes()).isEqualTo(MOST);
  }

  /** However many callers there are, and however small their bodies: all are counted somewhere. */
  @Test
  void smallBodies_areCountedTooAndGivenBack() throws Exception {
    List<BodyReader> readers = new ArrayList<>();
    int count = 0;
    try {
      while (true) {
        BodyReader reader = reader("caller " + count);
        readers.add(reader);
        assertThat(reader.read(zeros(4096), 4096, MOST)).hasSize(4096);
        count++;
        assertThat(capacity.inUse().bodyBytes()).isEqualTo(4096L * count);
      }
    } catch (AuthException e) {
      assertThat(e.facts()).containsEntry("limit", "bytes");
    }
    assertThat(4096L * count)
        .isBetween(LIMITS.bodyBytes(), LIMITS.bodyBytes() + LIMITS.bodyBytes() / 16);

    readers.forEach(BodyReader::close);
    assertThat(capacity.inUse().bodyBytes()).isZero();
    assertThat(capacity.inUse().requests()).isZero();
  }

  @Test
  void caller_cannotTakeTheShareOfAnother() throws Exception {
    for (int i = 0; i < 4; i++) {
      assertThat(reader("mallory").read(zeros(MOST), MOST, MOST)).hasSize(MOST);
    }
    assertReason(ReasonCode.OVER_LIMIT, () -> reader("mallory").read(zeros(MOST), MOST, MOST));
    assertThat(reader("alice").read(zeros(MOST), MOST, MOST)).hasSize(MOST);
  }

  @Test
  void readsOfStrangers_areFewAndThoseOfACallerItsOwn() throws Exception {
    List<String> outcomes = new ArrayList<>();
    InputStream third = watched(new byte[0], () -> outcomes.add(tried(null, zeros(1))));
    InputStream second = watched(new byte[0], () -> outcomes.add(tried(null, third)));

    outcomes.add(tried(null, second));

    assertThat(outcomes).containsExactly("OVER_LIMIT", "IOException", "IOException");
    assertThat(capacity.inUse().requests()).isZero();
    assertThat(capacity.inUse().refusals()).isEqualTo(1);
    InputStream meanwhile = watched(new byte[0], () -> outcomes.add(tried("alice", zeros(1))));
    outcomes.clear();
    outcomes.add(tried(null, watched(new byte[0], () -> outcomes.add(tried(null, meanwhile)))));
    assertThat(outcomes).containsExactly("read", "IOException", "IOException");
  }

  /** A byte every two seconds is what keeps a container's own time-out from ever ending it. */
  @Test
  void drip_isEndedSoonAfterTheGrace() {
    InputStream drip = new Dripping(1, Duration.ofSeconds(2), Integer.MAX_VALUE);

    assertReason(ReasonCode.BODY_TIMEOUT, () -> reader(null).read(drip, -1, MOST));
    assertThat(Duration.ofNanos(nanos.get())).isEqualTo(Duration.ofSeconds(6));
  }

  @Test
  void bodyThatKeepsThePace_endsAtTheDeadline() {
    InputStream slow = new Dripping(1100, Duration.ofSeconds(1), Integer.MAX_VALUE);

    assertReason(ReasonCode.BODY_TIMEOUT, () -> reader("alice").read(slow, -1, MOST));
    assertThat(Duration.ofNanos(nanos.get())).isEqualTo(Duration.ofSeconds(31));
  }

  @Test
  void lateBodyThatIsComplete_isRead() throws Exception {
    InputStream late = new Dripping(20, Duration.ofSeconds(20), 1);

    assertThat(reader("alice").read(late, 20, MOST)).hasSize(20);
  }

  @Test
  void signal_hasTwoSecondsToArrive() {
    Capacity signals = Capacity.ofSignals(LIMITS, nanos::get);
    InputStream slow = new Dripping(1100, Duration.ofSeconds(1), Integer.MAX_VALUE);

    try (BodyReader reader = BodyReader.ofSignal(signals)) {
      assertReason(ReasonCode.BODY_TIMEOUT, () -> reader.read(slow, -1, MOST));
    }

    assertThat(Duration.ofNanos(nanos.get())).isEqualTo(Duration.ofSeconds(3));
    assertThat(signals.inUse().requests()).isZero();
  }

  @Test
  void signals_haveAPlaceEachUntilTheyAreJudged() throws Exception {
    Capacity signals = Capacity.ofSignals(LIMITS, nanos::get);
    BodyReader second = BodyReader.ofSignal(signals);
    try (BodyReader first = BodyReader.ofSignal(signals);
        BodyReader third = BodyReader.ofSignal(signals)) {
      assertThat(first.read(zeros(65_536), -1, MOST)).hasSize(65_536);
      assertThat(second.read(zeros(65_536), 65_536, MOST)).hasSize(65_536);
      assertReason(ReasonCode.OVER_LIMIT, () -> third.read(zeros(1), 1, MOST));
      second.close();
      assertThat(third.read(zeros(1), 1, MOST)).hasSize(1);
    }
    assertThat(signals.inUse().requests()).isZero();
    assertThat(signals.inUse().bodyBytes()).isZero();
  }

  @Test
  void signalThatIsTooLarge_isToldSo() {
    for (long announced : new long[] {-1, 10, 65_537}) {
      try (BodyReader reader = BodyReader.ofSignal(Capacity.ofSignals(LIMITS, nanos::get))) {
        assertReason(ReasonCode.BODY_TOO_LARGE, () -> reader.read(zeros(65_537), announced, MOST));
      }
    }
  }

  private BodyReader reader(@Nullable String caller) {
    return new BodyReader(
        capacity, caller == null ? null : Principals.of("https://login.example.com", caller, null));
  }

  private String tried(@Nullable String caller, InputStream in) {
    try (BodyReader reader = reader(caller)) {
      byte[] unused = reader.read(in, -1, MOST);
      return "read";
    } catch (AuthException e) {
      return e.reason().name();
    } catch (IOException e) {
      return "IOException";
    }
  }

  private interface Reading {
    byte[] read() throws IOException;
  }

  private static void assertReason(ReasonCode reason, Reading reading) {
    assertThatThrownBy(reading::read)
        .isInstanceOfSatisfying(AuthException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private static InputStream zeros(int length) {
    return new ByteArrayInputStream(new byte[length]);
  }

  private static InputStream unread() {
    return watched(
        new byte[0],
        () -> {
          throw new AssertionError("was read");
        });
  }

  /** Gives some bytes, looks before each read, and breaks off. */
  private static InputStream watched(byte[] bytes, Runnable look) {
    return new InputStream() {
      private int next;

      @Override
      public int read() throws IOException {
        look.run();
        if (next == bytes.length) {
          throw new IOException("broken off");
        }
        return bytes[next++];
      }

      @Override
      public int read(byte[] target, int offset, int length) throws IOException {
        target[offset] = (byte) read();
        return 1;
      }
    };
  }

  private static InputStream pieces(InputStream in) {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        return in.read();
      }

      @Override
      public int read(byte[] target, int offset, int length) throws IOException {
        return in.read(target, offset, Math.min(length, 1000));
      }
    };
  }

  /** So many bytes at a time, so far apart, so often; then nothing. */
  private final class Dripping extends InputStream {
    private final int bytes;
    private final Duration apart;
    private int left;

    Dripping(int bytes, Duration apart, int times) {
      this.bytes = bytes;
      this.apart = apart;
      this.left = times;
    }

    @Override
    public int read() {
      return left == 0 ? -1 : 0;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      if (left == 0) {
        return -1;
      }
      left--;
      nanos.addAndGet(apart.toNanos());
      return Math.min(bytes, length);
    }
  }
}
