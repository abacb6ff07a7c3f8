package io.mcpauth.authserver;

import static io.mcpauth.authserver.ClientRegistrationsTest.publicClient;
import static io.mcpauth.authserver.ClientRegistrationsTest.reason;
import static io.mcpauth.authserver.ClientRegistrationsTest.secretClient;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.MutableClock;
import io.mcpauth.client.ClientInformation;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.store.WatchedStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Whoever registers in a loop, and what is left for others. Counted, never timed. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class RegistrationFloodTest {
  private static final String PAGE = "203.0.113.7";
  private static final String OTHER = "2001:db8:0:1:0:0:0:0/64";

  private final MutableClock clock = new MutableClock();
  private final WatchedStore store = new WatchedStore(clock);
  private final ClientRegistrations registrations =
      builder().capacity(100).registerPublicClientsSeparately().build();

  @Test
  void loopOfOneSource_pushesOutItsOwnAlone() {
    String before = register(OTHER);
    String unknown = register(null);
    for (int i = 0; i < 5_000; i++) {
      register(PAGE);
    }
    String after = register(OTHER);

    for (String id : List.of(before, unknown, after)) {
      assertThat(registrations.touch(id)).as("whoever registered logs in").isTrue();
    }
    assertThat(store.count("registration")).isEqualTo(13);
    assertThat(store.count("registration-unused", StrangersRoom.group(PAGE))).isEqualTo(10);
    assertThat(store.count("registration-unused")).as("what was used is none").isEqualTo(10);
  }

  @Test
  void loopOfUnknownSource_leavesTheOtherHalf() {
    String known = register(OTHER);
    for (int i = 0; i < 1_000; i++) {
      register(null);
    }
    String unknown = register(null);

    assertThat(registrations.touch(known)).isTrue();
    assertThat(registrations.touch(unknown)).isTrue();
    assertThat(store.count("registration")).isEqualTo(51);
  }

  @Test
  void loopOfManySources_pushesOutTheOldestUnusedAndNoneThatIsUsed() {
    List<String> used = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      used.add(register("198.51.100." + i));
      assertThat(registrations.touch(used.get(i))).isTrue();
    }
    String oldest = register(OTHER);
    for (int i = 0; i < 1_000; i++) {
      clock.advance(Duration.ofSeconds(1));
      register("2001:db8:" + i + ":0:0:0:0:0/64");
    }
    String newest = register(OTHER);

    assertThat(used).allMatch(id -> registrations.find(id) != null);
    assertThat(registrations.find(oldest)).isNull();
    assertThat(registrations.touch(newest)).isTrue();
    assertThat(store.count("registration")).isEqualTo(100);
    assertThat(store.count("registration-unused")).isEqualTo(39);
  }

  /** Whoever registers a confidential client has its secret: that proves no use. */
  @Test
  void secretOfAClientThatWasNeverUsed_isNoUse() {
    ClientInformation flood = registrations.register(secretClient(), PAGE);
    String secret = Objects.requireNonNull(flood.clientSecret());
    assertThat(registrations.authenticate(flood.clientId(), secret)).isNotNull();
    for (int i = 0; i < 10; i++) {
      register(PAGE);
    }

    assertThat(registrations.authenticate(flood.clientId(), secret)).isNull();
  }

  @Test
  void clientThatRegistersAgain_isNotTheOldestAnyMore() {
    ClientRegistrations shared = builder().capacity(20).unusedLifetime(Duration.ofDays(1)).build();
    String first = shared.register(publicClient("first"), PAGE).clientId();
    clock.advance(Duration.ofHours(1));
    String second = shared.register(publicClient("second"), PAGE).clientId();
    clock.advance(Duration.ofHours(3));
    assertThat(shared.register(publicClient("first"), PAGE).clientId()).isEqualTo(first);
    String third = shared.register(publicClient("third"), PAGE).clientId();

    assertThat(shared.find(second)).isNull();
    assertThat(shared.find(first)).isNotNull();
    assertThat(shared.find(third)).isNotNull();
    assertThat(shared.register(publicClient("second"), PAGE).clientId())
        .as("what pointed to it is gone too")
        .isNotEqualTo(second);
    assertThat(store.count("registration-shared")).isEqualTo(2);
  }

  @Test
  void everyRoomTaken_isA429AndNothingIsLeftOfIt() {
    for (int i = 0; i < 100; i++) {
      assertThat(registrations.touch(register("198.51.100." + i))).isTrue();
    }

    assertThat(reason(() -> registrations.register(secretClient(), PAGE)))
        .isEqualTo(ReasonCode.REGISTRATIONS_FULL);
    assertThat(store.count("registration-unused")).isZero();
  }

  @Test
  void source_isNotStored() {
    register(PAGE);

    assertThat(store.dump()).doesNotContain(PAGE);
  }

  private String register(@Nullable String source) {
    return registrations.register(publicClient("Files"), source).clientId();
  }

  private ClientRegistrations.Builder builder() {
    return ClientRegistrations.builder(store, RegistrationPolicy.builder().build()).clock(clock);
  }
}
