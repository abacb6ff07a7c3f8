package io.mcpauth.issuer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mcpauth.MutableClock;
import io.mcpauth.store.Feed;
import io.mcpauth.store.Store;
import io.mcpauth.store.StoreException;
import io.mcpauth.store.StoreKey;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How clients are entered, changed and removed, and what is kept of them. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class ClientControlTest {
  private static final String CALLBACK = "https://chat.openai.com/oauth/callback";
  private static final String SECRET = "k7Vw+Zk0cXo/8Jr2bq1H4mTn";
  private static final String PRIVATE =
      "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\","
          + "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\","
          + "\"d\":\"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A\"}]}";
  private static final String PUBLIC =
      "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\","
          + "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}";

  private final MutableClock clock = new MutableClock();
  private final Store store = Store.inMemory(clock);
  private final ClientControl control = ClientControl.on(store);

  private static NewClient connector() {
    return NewClient.withId("chatgpt-connector").redirectUris(CALLBACK);
  }

  private String kept() {
    Feed.Change change = store.feed().find("oauth.client", "chatgpt-connector");
    return change == null ? "" : String.valueOf(change.value());
  }

  @Test
  void enteredClient_isListedWithoutItsSecret() {
    CreatedClient created =
        control.add(
            connector()
                .scopes("files:read", "files:list")
                .name("ChatGPT")
                .lifetime(Duration.ofHours(8))
                .firstParty());

    EnteredClient expected =
        new EnteredClient(
            "chatgpt-connector",
            "ChatGPT",
            "client_secret_post",
            Set.of("authorization_code", "refresh_token"),
            List.of(CALLBACK),
            Set.of("files:read", "files:list"),
            Duration.ofHours(8),
            true,
            false,
            false,
            true,
            clock.instant(),
            List.of(new EnteredClient.SecretLife(clock.instant(), null)));
    assertThat(created.client()).isEqualTo(expected);
    assertThat(created.client().scopes()).containsExactly("files:read", "files:list");
    assertThat(created.secret()).matches("mcpcs_[A-Za-z0-9_-]{43}");
    assertThat(created).hasToString("CreatedClient[chatgpt-connector]");
    assertThat(control.list()).containsExactly(expected);
    assertThat(control.find("chatgpt-connector")).isEqualTo(expected);
    assertThat(control.find("other")).isNull();
  }

  /** What an operator reads with SQL. */
  @Test
  void entry_isReadableAndHasTheHashOfTheSecretAlone() {
    CreatedClient created =
        control.add(
            connector()
                .secret(SECRET)
                .scopes("files:read", "files:list")
                .lifetime(Duration.ofHours(8)));

    assertThat(created.secret()).isEqualTo(SECRET);
    assertThat(kept())
        .isEqualTo(
            "{\"client_id\":\"chatgpt-connector\","
                + "\"token_endpoint_auth_method\":\"client_secret_post\","
                + "\"grant_types\":[\"authorization_code\",\"refresh_token\"],"
                + "\"redirect_uris\":[\""
                + CALLBACK
                + "\"],\"scope\":\"files:read files:list\",\"lifetime_seconds\":28800,"
                + "\"first_party\":false,\"introspects\":false,\"enabled\":true,"
                + "\"created\":"
                + clock.instant().toEpochMilli()
                + ",\"secrets\":[{\"sha256\":\""
                + StoreKey.hash(SECRET)
                + "\",\"created\":"
                + clock.instant().toEpochMilli()
                + "}]}");
  }

  @Test
  void publicClient_hasNoSecret() {
    CreatedClient created =
        control.add(
            NewClient.withId("chatgpt-mobile").authMethod("none").redirectUris("com.acme.app:/cb"));

    assertThat(created.secret()).isNull();
    assertThat(created.client().secrets()).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> control.rotate("chatgpt-mobile", Duration.ZERO))
        .withMessage("Client 'chatgpt-mobile' has no secret that could be rotated.");
  }

  @Test
  void clientForItselfAndClientThatAsks_needNoRedirect() {
    EnteredClient job =
        control
            .add(
                NewClient.withId("job")
                    .grantTypes("client_credentials")
                    .scopes("files:read")
                    .authMethod("private_key_jwt")
                    .keysAt(URI.create("https://job.example/jwks")))
            .client();
    EnteredClient gateway =
        control.add(NewClient.withId("gateway").grantTypes().introspects()).client();

    assertThat(job.redirectUris()).isEmpty();
    assertThat(job.secrets()).isEmpty();
    assertThat(gateway.grantTypes()).isEmpty();
    assertThat(gateway.introspects()).isTrue();
    assertThat(control.list()).containsExactly(gateway, job);
  }

  @Test
  void idInUse_isRefusedUntilItsClientIsRemoved() {
    control.add(connector());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> control.add(connector()))
        .withMessage("There is a client 'chatgpt-connector'. Choose another id, or remove it.");

    assertThat(control.remove("chatgpt-connector")).isTrue();
    assertThat(control.remove("chatgpt-connector")).isFalse();
    assertThat(control.list()).isEmpty();
    assertThat(control.add(connector()).client().secrets()).hasSize(1);
  }

  @Test
  void rotatedSecret_overlapsWithThoseBeforeWhichNeverLastLonger() {
    control.add(connector().secret(SECRET));
    Instant first = clock.instant();
    clock.advance(Duration.ofDays(1));
    Instant second = clock.instant();
    control.rotate("chatgpt-connector", Duration.ofHours(2));
    clock.advance(Duration.ofHours(1));
    CreatedClient third = control.rotate("chatgpt-connector", Duration.ofDays(90));

    assertThat(third.secret()).matches("mcpcs_[A-Za-z0-9_-]{43}");
    assertThat(third.client().secrets())
        .containsExactly(
            new EnteredClient.SecretLife(clock.instant(), null),
            new EnteredClient.SecretLife(second, clock.instant().plus(Duration.ofDays(90))),
            new EnteredClient.SecretLife(first, second.plus(Duration.ofHours(2))));
    for (int i = 0; i < 6; i++) {
      control.rotate("chatgpt-connector", Duration.ofDays(90));
    }
    assertThat(control.list().get(0).secrets()).hasSize(5);
    assertThat(control.rotate("chatgpt-connector", Duration.ZERO, SECRET).client().secrets())
        .containsExactly(new EnteredClient.SecretLife(clock.instant(), null));
  }

  /** Given once more it does not end with its own overlap. */
  @Test
  void secretRotatedToItself_lasts() {
    control.add(connector().secret(SECRET));
    clock.advance(Duration.ofDays(1));

    EnteredClient client =
        control.rotate("chatgpt-connector", Duration.ofHours(2), SECRET).client();

    assertThat(client.secrets())
        .containsExactly(new EnteredClient.SecretLife(clock.instant(), null));
  }

  @Test
  void limitsAndSwitch_changeThatAlone() {
    EnteredClient before = control.add(connector().scopes("a", "b").name("ChatGPT")).client();
    assertThat(control.limit("chatgpt-connector", Set.of("a")).scopes()).containsExactly("a");
    assertThat(control.lifetime("chatgpt-connector", Duration.ofHours(8)).lifetime())
        .isEqualTo(Duration.ofHours(8));
    assertThat(control.disable("chatgpt-connector").enabled()).isFalse();
    assertThat(control.limit("chatgpt-connector", null).scopes()).isNull();
    assertThat(control.lifetime("chatgpt-connector", null).lifetime()).isNull();
    control.limit("chatgpt-connector", before.scopes());

    assertThat(control.enable("chatgpt-connector")).isEqualTo(before);
    assertThat(control.find("chatgpt-connector")).isEqualTo(before);
  }

  @Test
  void unknownId_isRefusedByEachChange() {
    List<Runnable> changes =
        List.of(
            () -> control.rotate("no\none", Duration.ZERO),
            () -> control.limit("no\none", Set.of("a")),
            () -> control.lifetime("no\none", Duration.ofHours(1)),
            () -> control.disable("no\none"),
            () -> control.enable("no\none"));
    for (Runnable change : changes) {
      assertThatIllegalArgumentException()
          .isThrownBy(change::run)
          .withMessage("There is no client 'no?one'. List those there are.");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".a", "a b", "https://a.example/b", "a:b", "ä", "a%20", "a/b"})
  void idThatWouldHaveToBeEncoded_isRefused(String id) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NewClient.withId(id))
        .withMessageStartingWith("The id of a client has to be 1 to 64 letters");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://chat.example/cb",
        "https://chat.example/cb#x",
        "https://u:p@chat.example/cb",
        "javascript:alert(1)",
        "https://*.example/cb",
        "https://chat.example/a/../cb"
      })
  void redirectThatHarms_isRefused(String uri) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NewClient.withId("c").redirectUris(uri))
        .withMessageContaining("cannot be allowed");
  }

  static Stream<Arguments> contradictions() {
    return Stream.of(
        contradiction("has to have a redirect URI", c -> c),
        contradiction(
            "no use for a redirect URI",
            c -> c.grantTypes("client_credentials").redirectUris(CALLBACK)),
        contradiction(
            "has to prove itself", c -> c.grantTypes("client_credentials").authMethod("none")),
        contradiction("has to prove itself", c -> c.grantTypes().introspects().authMethod("none")),
        contradiction("without a grant can do nothing", c -> c.grantTypes()),
        contradiction(
            "has no secret", c -> c.redirectUris(CALLBACK).authMethod("none").secret(SECRET)),
        contradiction("needs keys", c -> c.redirectUris(CALLBACK).authMethod("private_key_jwt")),
        contradiction("Keys are for", c -> c.redirectUris(CALLBACK).keys(PUBLIC)),
        contradiction("without authorization_code", c -> c.grantTypes("refresh_token")),
        contradiction("is no grant type", c -> c.grantTypes("implicit")),
        contradiction("is no authentication method", c -> c.authMethod("client_secret_jwt")),
        contradiction("1 to 10 redirect URIs", c -> c.redirectUris()),
        contradiction("1 to 100 scopes", c -> c.scopes(new String[0])),
        contradiction("is no scope token", c -> c.scopes("a b")),
        contradiction("there twice", c -> c.scopes("a", "a")),
        contradiction("offline_access", c -> c.scopes("offline_access")),
        contradiction("name of a client", c -> c.name("a\u202eb")),
        contradiction("a minute to 30 days", c -> c.lifetime(Duration.ofSeconds(59))),
        contradiction("a minute to 30 days", c -> c.lifetime(Duration.ofDays(31))),
        contradiction("24 to 255 characters", c -> c.secret("hunter2")),
        contradiction("24 to 255 characters", c -> c.secret("0123456789 0123456789 0123")),
        contradiction("no JWK Set", c -> c.keys("keys")),
        contradiction("public keys only", c -> c.keys(PRIVATE)),
        contradiction("jwks_uri", c -> c.keysAt(URI.create("http://job.example/jwks"))));
  }

  private static Arguments contradiction(String words, UnaryOperator<NewClient> of) {
    return Arguments.of(words, of);
  }

  @ParameterizedTest
  @MethodSource("contradictions")
  void clientThatContradictsItself_isRefused(String words, UnaryOperator<NewClient> of) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> control.add(of.apply(NewClient.withId("c"))))
        .withMessageContaining(words);
    assertThat(control.list()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 90 * 24 * 3600 + 1})
  void overlapThatIsNone_isRefused(long seconds) {
    control.add(connector());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> control.rotate("chatgpt-connector", Duration.ofSeconds(seconds)))
        .withMessageEndingWith("Write 0 to 90 days.");
  }

  @Test
  void changesAtOnce_areAllMade() throws Exception {
    control.add(connector());
    List<Callable<EnteredClient>> changes = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      changes.add(() -> control.limit("chatgpt-connector", Set.of("a")));
      changes.add(() -> control.lifetime("chatgpt-connector", Duration.ofHours(8)));
      changes.add(() -> control.disable("chatgpt-connector"));
    }
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      for (Future<EnteredClient> change : threads.invokeAll(changes)) {
        change.get();
      }
    } finally {
      threads.shutdownNow();
    }

    EnteredClient client = control.list().get(0);
    assertThat(client.scopes()).containsExactly("a");
    assertThat(client.lifetime()).isEqualTo(Duration.ofHours(8));
    assertThat(client.enabled()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "no JSON",
        "{\"client_id\":\"other\"}",
        "{\"client_id\":\"chatgpt-connector\",\"later\":true}"
      })
  void entryOfAnotherRelease_isNoClientAndCanBeRemoved(String value) {
    control.add(NewClient.withId("other").redirectUris(CALLBACK));
    Feed.Change unused =
        store
            .feed()
            .put(
                "oauth.client",
                "chatgpt-connector",
                value,
                clock.instant().plus(Duration.ofDays(1)));

    assertThat(control.list()).extracting(EnteredClient::id).containsExactly("other");
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> control.find("chatgpt-connector"))
        .withMessageContaining("which this release cannot read");
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> control.enable("chatgpt-connector"));
    assertThat(control.remove("chatgpt-connector")).isTrue();
  }
}
