package io.mcpauth.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mcpauth.MutableClock;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.store.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How keys are made, listed, rotated and revoked, wherever they are kept. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class KeyControlTest {
  private static final ResourceIdentifier RESOURCE =
      ResourceIdentifier.of("https://mcp.example.com/mcp");
  private static final ResourceIdentifier OTHER =
      ResourceIdentifier.of("https://mcp.example.com/other");

  private final MutableClock clock = new MutableClock();
  private final Store store = Store.inMemory(clock);
  @TempDir private Path directory = Path.of("");

  /** Where keys may be. */
  enum Place {
    STORE,
    FILE
  }

  private KeyControl control(Place place, ResourceIdentifier resource) {
    return place == Place.STORE
        ? KeyControl.on(store, resource)
        : KeyControl.inFile(directory.resolve("keys.json"), resource, clock);
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void createdKey_isListedWithoutItsSecret(Place place) {
    KeyControl control = control(place, RESOURCE);
    assertThat(control.list()).isEmpty();
    CreatedKey created =
        control.create(
            NewKey.named("ci")
                .scopes("files:read", "files:list")
                .owner("alice")
                .lasting(Duration.ofDays(90)));

    assertThat(created.secret()).startsWith("mcp_" + created.key().id() + "_");
    assertThat(created).hasToString("CreatedKey[ci, " + created.key().id() + "]");
    Instant now = clock.instant();
    IssuedKey expected =
        new IssuedKey(
            "ci",
            created.key().id(),
            IssuedKey.Use.KEY,
            "alice",
            Set.of("files:list", "files:read"),
            RESOURCE.value(),
            now,
            now.plus(Duration.ofDays(90)),
            null);
    assertThat(created.key()).isEqualTo(expected);
    assertThat(control.list()).containsExactly(expected);
    assertThat(control(place, OTHER).list()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void keyWithoutWords_lastsAYearAndMayDoNothing(Place place) {
    IssuedKey key = control(place, RESOURCE).create(NewKey.named("ci")).key();

    assertThat(key.scopes()).isEmpty();
    assertThat(key.owner()).isNull();
    assertThat(key.use()).isEqualTo(IssuedKey.Use.KEY);
    assertThat(Duration.between(key.createdAt(), key.expiresAt())).isEqualTo(Duration.ofDays(365));
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void nameInUse_isRefusedForItsResourceAlone(Place place) {
    KeyControl control = control(place, RESOURCE);
    CreatedKey first = control.create(NewKey.named("ci").lasting(Duration.ofDays(1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> control.create(NewKey.named("ci")))
        .withMessage("There is a key 'ci'. Rotate it, or revoke it first.");
    control(place, OTHER).create(NewKey.named("ci"));
    clock.advance(Duration.ofDays(1));

    CreatedKey second = control.create(NewKey.named("ci"));

    assertThat(control.list()).containsExactly(second.key()).doesNotContain(first.key());
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void rotatedKey_hasBothSecretsUntilTheOverlapEnds(Place place) {
    KeyControl control = control(place, RESOURCE);
    CreatedKey first = control.create(NewKey.named("ci").scopes("a").lasting(Duration.ofDays(90)));
    clock.advance(Duration.ofDays(30));
    CreatedKey second = control.rotate("ci", Duration.ofHours(24));

    assertThat(second.key().scopes()).containsExactly("a");
    assertThat(second.key().expiresAt()).isEqualTo(clock.instant().plus(Duration.ofDays(90)));
    assertThat(control.list())
        .extracting(IssuedKey::id)
        .containsExactly(second.key().id(), first.key().id());
    assertThat(control.list().get(1).expiresAt())
        .isEqualTo(clock.instant().plus(Duration.ofHours(24)));
    CreatedKey third = control.rotate("ci", Duration.ZERO);

    assertThat(control.list()).containsExactly(third.key());
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void overlap_makesNoSecretLastLonger(Place place) {
    KeyControl control = control(place, RESOURCE);
    CreatedKey first = control.create(NewKey.named("ci").lasting(Duration.ofHours(1)));
    control.rotate("ci", Duration.ofDays(90));

    assertThat(control.list().get(1).expiresAt()).isEqualTo(first.key().expiresAt());
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void manyRotations_keepFiveSecrets(Place place) {
    KeyControl control = control(place, RESOURCE);
    control.create(NewKey.named("ci"));
    for (int i = 0; i < 10; i++) {
      control.rotate("ci", Duration.ofDays(1));
    }

    assertThat(control.list()).hasSize(5);
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void rotationOfNothing_isRefused(Place place) {
    KeyControl control = control(place, RESOURCE);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> control.rotate("n\r\none", Duration.ZERO))
        .withMessage("There is no key 'n??one'. List those there are.");
    for (Duration overlap : List.of(Duration.ofSeconds(-1), Duration.ofDays(91))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> control.rotate("ci", overlap))
          .withMessageEndingWith("Write 0 to 90 days.");
    }
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void revokedKey_isGoneWithAllItsSecrets(Place place) {
    KeyControl control = control(place, RESOURCE);
    control.create(NewKey.named("ci"));
    control.create(NewKey.named("other"));
    control.rotate("ci", Duration.ofDays(1));
    assertThat(control(place, OTHER).revoke("ci")).isFalse();

    assertThat(control.revoke("ci")).isTrue();

    assertThat(control.revoke("ci")).isFalse();
    assertThat(control.list()).extracting(IssuedKey::name).containsExactly("other");
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void prefix_isThatOfNewKeys(Place place) {
    KeyControl control = control(place, RESOURCE).prefix("acme");
    assertThat(control.create(NewKey.named("ci")).secret()).startsWith("acme_");
  }

  /** Of many who make a key of one name, one has it. */
  @ParameterizedTest
  @EnumSource(Place.class)
  void nameThatManyWant_isOnes(Place place) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Boolean>> tries = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        tries.add(() -> isMade(control(place, RESOURCE)));
      }
      int made = 0;
      for (Future<Boolean> one : threads.invokeAll(tries)) {
        made += one.get() ? 1 : 0;
      }
      assertThat(made).isEqualTo(1);
    } finally {
      threads.shutdownNow();
    }
  }

  private static boolean isMade(KeyControl control) {
    try {
      CreatedKey unused = control.create(NewKey.named("ci"));
      return unused.key().name().equals("ci");
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "a b", "a:b", "-a", "a\nb", "\u202Eab", "\u00e4", "a'b", "a\"b", "a,b"})
  void nameThatIsNone_isRefused(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NewKey.named(name))
        .withMessageEndingWith("Write one such as 'ci'.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a\nb", "a\u202Eb", "\uD800", "a\u0000"})
  void ownerThatIsNone_isRefused(String owner) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NewKey.named("ci").owner(owner))
        .withMessageEndingWith("Write the subject of a user, such as 'alice'.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a\"", "a\\", "\u00e4", "offline_access", "a\n"})
  void scopeThatIsNone_isRefused(String scope) {
    assertThatIllegalArgumentException().isThrownBy(() -> NewKey.named("ci").scopes("ok", scope));
  }

  @Test
  void boundsOfAKey_hold() {
    NewKey key = NewKey.named("a".repeat(64));
    assertThatIllegalArgumentException().isThrownBy(() -> NewKey.named("a".repeat(65)));
    assertThatIllegalArgumentException().isThrownBy(() -> key.owner("a".repeat(256)));
    assertThatIllegalArgumentException().isThrownBy(() -> key.scopes("a".repeat(257)));
    assertThatIllegalArgumentException().isThrownBy(() -> key.scopes("a", "a"));
    String[] many = new String[101];
    for (int i = 0; i < many.length; i++) {
      many[i] = "s" + i;
    }
    assertThatIllegalArgumentException().isThrownBy(() -> key.scopes(many));
    for (Duration life : List.of(Duration.ZERO, Duration.ofDays(3_651), Duration.ofSeconds(-5))) {
      assertThatIllegalArgumentException().isThrownBy(() -> key.lasting(life));
    }
  }

  /** The largest key that may be is an entry of the store all the same. */
  @ParameterizedTest
  @EnumSource(Place.class)
  void largestKey_isKept(Place place) {
    KeyControl control = control(place, RESOURCE);
    String[] scopes = new String[100];
    for (int i = 0; i < scopes.length; i++) {
      scopes[i] = "'".repeat(250) + "s" + i;
    }
    control.create(NewKey.named("a".repeat(64)).owner("\uD83D\uDD11".repeat(127)).scopes(scopes));
    for (int i = 0; i < 5; i++) {
      control.rotate("a".repeat(64), Duration.ofDays(1));
    }

    assertThat(control.list()).hasSize(5);
    assertThat(control.list().get(0).scopes()).containsExactlyInAnyOrder(scopes);
  }
}
