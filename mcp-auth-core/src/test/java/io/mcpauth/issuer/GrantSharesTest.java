package io.mcpauth.issuer;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.MutableClock;
import io.mcpauth.access.AccessControl;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What one user can have kept, whatever his clients do. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class GrantSharesTest {
  private final MutableClock clock = new MutableClock();
  private final Store store = Store.inMemory(clock);
  private final AccessControl access = AccessControl.on(store);
  private final StoredGrants grants =
      new StoredGrants(
          store,
          new GrantEnd(GrantsContract.ISSUER, store, access),
          GrantsContract.MONTH,
          null,
          clock,
          clock::instant);

  private Grants.Tokens login(String clientId, String user) {
    clock.advance(Duration.ofSeconds(1));
    return GrantsContract.login(grants, clientId, user);
  }

  private List<Grants.Tokens> logins(int count, String clientId) {
    List<Grants.Tokens> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(login(clientId, "alice"));
    }
    return all;
  }

  /** Of one client; what others have of the user, and what it has of others, stays. */
  @Test
  void clientThatLogsInOnAndOn_losesTheGrantThatWasUnusedTheLongest() {
    Grants.Tokens other = login("other", "alice");
    Grants.Tokens bob = login("client", "bob");
    List<Grants.Tokens> all = logins(GrantShares.MOST_OF_A_CLIENT, "client");
    clock.advance(Duration.ofSeconds(1));
    Grants.Tokens refreshed =
        GrantsContract.refresh(grants, GrantsContract.refreshTokenOf(all.get(0)));
    Grants.Tokens last = login("client", "alice");

    assertThat(grants.ofUser("alice")).hasSize(GrantShares.MOST_OF_A_CLIENT + 1);
    GrantsContract.requireEnded(grants, all.get(1));
    for (Grants.Tokens kept : List.of(other, bob, refreshed, all.get(2), last)) {
      assertThat(grants.find(kept.accessToken())).isNotNull();
    }
    assertThat(access.list()).as("nobody has ended it").isEmpty();
  }

  @Test
  void userOfManyClients_losesTheGrantThatWasUnusedTheLongest() {
    List<Grants.Tokens> all = new ArrayList<>();
    for (int i = 0; i < GrantShares.MOST_OF_A_USER; i += 40) {
      all.addAll(logins(40, "client" + i));
    }
    assertThat(grants.ofUser("alice")).hasSize(GrantShares.MOST_OF_A_USER);
    Grants.Tokens last = login("client", "alice");

    assertThat(grants.ofUser("alice")).hasSize(GrantShares.MOST_OF_A_USER);
    assertThat(grants.find(all.get(0).accessToken())).isNull();
    assertThat(grants.find(all.get(1).accessToken())).isNotNull();
    assertThat(grants.find(last.accessToken())).isNotNull();
    assertThat(store.count(GrantEntries.TOKENS)).isEqualTo(GrantShares.MOST_OF_A_USER);
  }

  @Test
  void clientThatRefreshesOnAndOn_hasItsLastTokens() {
    Grants.Tokens first = login("client", "alice");
    Grants.Tokens tokens = first;
    List<Grants.Tokens> all = new ArrayList<>();
    for (int i = 0; i < GrantShares.MOST_TOKENS; i++) {
      clock.advance(Duration.ofSeconds(1));
      tokens = GrantsContract.refresh(grants, GrantsContract.refreshTokenOf(tokens));
      all.add(tokens);
    }

    assertThat(grants.find(first.accessToken())).isNull();
    assertThat(all).allMatch(one -> grants.find(one.accessToken()) != null);
    assertThat(store.count(GrantEntries.TOKENS)).isEqualTo(GrantShares.MOST_TOKENS);
  }

  @Test
  void userWhoIsGivenCodesOnAndOn_hasTheLast() {
    List<String> codes = new ArrayList<>();
    for (int i = 0; i <= GrantShares.MOST_CODES; i++) {
      clock.advance(Duration.ofMillis(1));
      codes.add(grants.keep(GrantsContract.code("client", "alice")));
    }
    String bob = grants.keep(GrantsContract.code("client", "bob"));

    GrantsContract.refused(ReasonCode.CODE_INVALID, () -> grants.take(codes.get(0)));
    assertThat(grants.take(codes.get(1)).clientId()).isEqualTo("client");
    assertThat(grants.take(codes.get(codes.size() - 1)).clientId()).isEqualTo("client");
    assertThat(grants.take(bob).user().id()).isEqualTo("bob");
    assertThat(store.count(GrantEntries.CODES)).isEqualTo(GrantShares.MOST_CODES + 1);
  }

  @Test
  void consentsOfAUser_areBounded() {
    Consents consents = new Consents(store, clock);
    for (int i = 0; i <= 500; i++) {
      clock.advance(Duration.ofMillis(1));
      consents.keep("alice", "client" + i, "r", Set.of("s"), "place");
    }

    assertThat(consents.of("alice", "client0", "r").scopes()).isEmpty();
    assertThat(consents.of("alice", "client1", "r").scopes()).isNotEmpty();
    assertThat(consents.of("alice", "client500", "r").scopes()).isNotEmpty();
  }

  /** What is kept of a login, at the most that one can cost. */
  @Test
  void login_costsThreeEntries() {
    Grants.Tokens unused = login("client", "alice");

    assertThat(store.count(GrantEntries.CODES)).isEqualTo(1);
    assertThat(store.count(GrantEntries.GRANTS)).isEqualTo(1);
    assertThat(store.count(GrantEntries.TOKENS)).isEqualTo(1);
  }
}
