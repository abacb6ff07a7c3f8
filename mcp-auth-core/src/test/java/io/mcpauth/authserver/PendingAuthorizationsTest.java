package io.mcpauth.authserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mcpauth.MutableClock;
import io.mcpauth.client.AuthorizationRequest;
import io.mcpauth.client.PendingAuthorization;
import io.mcpauth.discovery.AuthorizationServerMetadata;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ClientException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.seal.SealKeys;
import io.mcpauth.seal.StoredSecrets;
import io.mcpauth.store.StoreKey;
import io.mcpauth.store.WatchedStore;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class PendingAuthorizationsTest {
  private static final String ISSUER = "https://login.example.com";

  /** The longest, with the characters that take the most room in JSON. */
  private static final String REMEMBERED = "\u0001\ud83d\ude00".repeat(1365) + "x";

  private final MutableClock clock = new MutableClock();
  private final WatchedStore store = new WatchedStore(clock);
  private final StoredSecrets secrets = StoredSecrets.of(SealKeys.generated());
  private final PendingAuthorizations kept = PendingAuthorizations.in(store, secrets);

  @Test
  void login_comesBackToItsBrowserOnceOnAnyNode() throws Exception {
    PendingAuthorization pending = pending();
    String binding = kept.keep(pending);

    PendingAuthorization back =
        PendingAuthorizations.in(store, secrets).take(pending.state(), binding);
    assertThat(back).isNotNull();
    assertThat(back.toText()).isEqualTo(pending.toText());
    assertThat(back.remembered()).isEqualTo(REMEMBERED);
    assertThat(kept.take(pending.state(), binding)).isNull();
  }

  /** spring-security#16336, authlib#285: two tabs of one browser, one client in each. */
  @Test
  void twoTabs_eachGetsItsOwnRequestBack() throws Exception {
    PendingAuthorization first = pending();
    PendingAuthorization second = pending();
    String firstCookie = kept.keep(first);
    String secondCookie = kept.keep(second);

    assertThat(kept.take(first.state(), firstCookie))
        .extracting(PendingAuthorization::toText)
        .isEqualTo(first.toText());
    assertThat(kept.take(second.state(), secondCookie))
        .extracting(PendingAuthorization::toText)
        .isEqualTo(second.toText());
  }

  /** CVE-2026-27124: the attacker's login, finished by somebody else. */
  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(strings = "other")
  void otherBrowser_getsNothingAndUsesItUp(@Nullable String cookie) throws Exception {
    PendingAuthorization pending = pending();
    String binding = kept.keep(pending);

    assertThat(kept.take(pending.state(), cookie)).isNull();
    assertThat(kept.take(pending.state(), binding)).isNull();
  }

  @Test
  void bindingOfAnotherLogin_isNoneForThis() throws Exception {
    PendingAuthorization mine = pending();
    PendingAuthorization other = pending();
    String binding = kept.keep(other);
    String unused = kept.keep(mine);

    assertThat(kept.take(mine.state(), binding)).isNull();
    assertThat(kept.take(other.state(), binding)).isNotNull();
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(strings = {"x", "'; drop table mcp_auth_entry; --"})
  void unknownState_isNothing(@Nullable String state) throws Exception {
    String binding = kept.keep(pending());
    assertThat(kept.take(state, binding)).isNull();
  }

  @Test
  void loginThatIsOver_isGone() throws Exception {
    PendingAuthorization pending = pending();
    String binding = kept.keep(pending);
    clock.advance(Duration.between(clock.instant(), pending.expiresAt()));

    assertThat(kept.take(pending.state(), binding)).isNull();
  }

  @Test
  void store_hasNoSecretInTheClear() throws Exception {
    PendingAuthorization pending = pending();
    String binding = kept.keep(pending);

    assertThat(store.dump())
        .contains(StoreKey.hash(pending.state()))
        .doesNotContain(pending.state(), binding, ISSUER, "verifier", REMEMBERED);
    assertThat(kept.toString()).doesNotContain(pending.state(), binding);
  }

  @Test
  void entryOfAnotherLogin_doesNotOpen() throws Exception {
    PendingAuthorization one = pending();
    PendingAuthorization other = pending();
    String binding = kept.keep(one);
    store.copy(
        PendingAuthorizations.COLLECTION, StoreKey.hash(one.state()), StoreKey.hash(other.state()));

    AuthException refusal =
        catchThrowableOfType(AuthException.class, () -> kept.take(other.state(), binding));
    assertThat(refusal.reason()).isEqualTo(ReasonCode.STORE_UNAVAILABLE);
  }

  @Test
  void ofManyResponses_oneGetsTheLogin() throws Exception {
    PendingAuthorization pending = pending();
    String binding = kept.keep(pending);
    Callable<Boolean> response = () -> kept.take(pending.state(), binding) != null;
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      int winners = 0;
      for (Future<Boolean> done : threads.invokeAll(Collections.nCopies(32, response))) {
        winners += done.get() ? 1 : 0;
      }
      assertThat(winners).isEqualTo(1);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void loginThatIsKept_isNotKeptAgain() throws Exception {
    PendingAuthorization pending = pending();
    String unused = kept.keep(pending);
    assertThatIllegalArgumentException().isThrownBy(() -> kept.keep(pending));
  }

  @Test
  void brokenStore_isToldApart() throws Exception {
    PendingAuthorization pending = pending();
    store.breakDown();
    for (Callable<?> call :
        List.<Callable<?>>of(() -> kept.keep(pending), () -> kept.take(pending.state(), ""))) {
      assertThat(catchThrowableOfType(AuthException.class, call::call).reason())
          .isEqualTo(ReasonCode.STORE_UNAVAILABLE);
    }
  }

  @Test
  void loopOfOneSource_pushesOutItsOwnLoginsAlone() throws Exception {
    PendingAuthorizations few = kept.withCapacity(100);
    PendingAuthorization user = pending();
    PendingAuthorization unknown = pending();
    String userBinding = few.keep(user, "198.51.100.1");
    String unknownBinding = few.keep(unknown);
    for (int i = 0; i < 300; i++) {
      String unused = few.keep(pending(), "203.0.113.7");
    }

    assertThat(store.count(PendingAuthorizations.COLLECTION)).isEqualTo(12);
    assertThat(few.take(user.state(), userBinding)).isNotNull();
    assertThat(few.take(unknown.state(), unknownBinding)).isNotNull();
  }

  @Test
  void loopOfManySources_keepsTheLimitAndTheNewest() throws Exception {
    PendingAuthorizations few = kept.withCapacity(20);
    for (int i = 0; i < 100; i++) {
      String unused = few.keep(pending(), "203.0.113." + i);
    }
    PendingAuthorization newest = pending();
    String binding = few.keep(newest);

    assertThat(store.count(PendingAuthorizations.COLLECTION)).isEqualTo(20);
    assertThat(few.take(newest.state(), binding)).isNotNull();
    assertThat(store.dump()).doesNotContain("203.0.113.");
  }

  @Test
  void largestLogin_isAsLargeAsIsSaid() throws Exception {
    String unused = kept.keep(pending("\u0001".repeat(4096)));

    assertThat(store.dump().length()).isBetween(30_000, 34 * 1024);
  }

  @Test
  void capacity_isASettingOfItsOwn() {
    assertThatIllegalArgumentException().isThrownBy(() -> kept.withCapacity(0));
    assertThatIllegalArgumentException().isThrownBy(() -> kept.withCapacity(1_000_001));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> kept.withCapacity(5).withCapacity(6))
        .withMessage("The capacity is set twice. Set it once.");
  }

  private PendingAuthorization pending() throws ClientException {
    return pending(REMEMBERED);
  }

  private PendingAuthorization pending(String remembered) throws ClientException {
    String metadata =
        """
        {"issuer":"%1$s","authorization_endpoint":"%1$s/authorize","token_endpoint":"%1$s/token",
         "response_types_supported":["code"],"code_challenge_methods_supported":["S256"]}
        """
            .formatted(ISSUER);
    return AuthorizationRequest.to(
            AuthorizationServerMetadata.parse(metadata.getBytes(UTF_8), ISSUER),
            "client",
            URI.create("https://mcp.example.com/callback"))
        .remember(remembered)
        .build(clock.instant())
        .pending();
  }
}
