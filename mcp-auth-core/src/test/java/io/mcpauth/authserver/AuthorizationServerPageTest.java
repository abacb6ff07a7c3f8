package io.mcpauth.authserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpauth.ResourceServer;
import io.mcpauth.ShownCode;
import io.mcpauth.client.TokenServer;
import io.mcpauth.client.TokenSet;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.json.Json;
import io.mcpauth.issuer.Login;
import io.mcpauth.issuer.OAuthServer;
import io.mcpauth.pkce.CodeVerifier;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.seal.SealKeys;
import io.mcpauth.seal.StoredSecrets;
import io.mcpauth.store.Store;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles and runs the code of docs/authorization-server.md as it stands. */
class AuthorizationServerPageTest {
  private static final Path PAGE = Path.of("..", "docs", "authorization-server.md");
  private static final String ISSUER = "https://login.example.com";
  private static final String REDIRECT = "http://localhost:7777/callback";

  /** The class of the page, by reflection: it is compiled only here. */
  private record Page(Object server) {
    @Nullable Object call(String name, @Nullable Object... arguments) throws Exception {
      Method method =
          Arrays.stream(server.getClass().getMethods())
              .filter(found -> found.getName().equals(name))
              .findFirst()
              .orElseThrow();
      try {
        return method.invoke(server, arguments);
      } catch (InvocationTargetException e) {
        throw e.getCause() instanceof RuntimeException cause ? cause : e;
      }
    }
  }

  @Test
  void serverOfYourOwn_isServedBesideTheResourceThatTakesItsTokens(@TempDir Path directory)
      throws Exception {
    ToolPolicy policy = ToolPolicy.builder().tool("t", "s").build();
    Store store = Store.inMemory();
    Login login = request -> new Login.LoginResult.Answered();
    try (URLClassLoader loader = compiled(directory)) {
      Class<?> page = loader.loadClass("OwnServer");
      try (OAuthServer own =
              (OAuthServer)
                  page.getMethod("authorizationServer", Store.class, Login.class, ToolPolicy.class)
                      .invoke(null, store, login, policy);
          ResourceServer resource =
              (ResourceServer)
                  page.getMethod("resourceServer", Store.class, OAuthServer.class, ToolPolicy.class)
                      .invoke(null, store, own, policy)) {
        assertThat(own.paths()).contains("/oauth/token", "/oauth/authorize");
        assertThat(new String(resource.metadata().toJson(), StandardCharsets.UTF_8))
            .contains("\"" + own.issuer() + "\"");
      }
    }
  }

  @Test
  void serverOfSignedTokens_publishesItsKeys(@TempDir Path directory) throws Exception {
    ToolPolicy policy = ToolPolicy.builder().tool("t", "s").build();
    Login login = request -> new Login.LoginResult.Answered();
    try (URLClassLoader loader = compiled(directory);
        OAuthServer own =
            (OAuthServer)
                loader
                    .loadClass("SigningServer")
                    .getMethod(
                        "authorizationServer",
                        Store.class,
                        Login.class,
                        ToolPolicy.class,
                        SealKeys.class)
                    .invoke(null, Store.inMemory(), login, policy, SealKeys.generated())) {
      assertThat(own.paths()).contains("/oauth/keys");
    }
  }

  @Test
  void registeredClient_getsOneAnswerForItsCodeAndVerifier(@TempDir Path directory)
      throws Exception {
    try (URLClassLoader loader = compiled(directory);
        ClientIdMetadataDocuments documents = documents(loader)) {
      Page page = page(loader, documents);
      String metadata =
          "{\"redirect_uris\":[\"%s\"],\"token_endpoint_auth_method\":\"client_secret_basic\"}";
      byte[] body = metadata.formatted(REDIRECT).getBytes(StandardCharsets.UTF_8);
      Map<String, @Nullable Object> answer =
          Json.object((byte[]) Objects.requireNonNull(page.call("register", body, "203.0.113.7")));
      Object client = answer.get("client_id");
      Object secret = answer.get("client_secret");
      assertThat(page.call("mayRedirect", client, REDIRECT)).isEqualTo(true);
      assertThat(page.call("mayRedirect", client, "https://evil.example/")).isEqualTo(false);

      CodeVerifier verifier = CodeVerifier.generate();
      String challenge = verifier.challenge().value();
      page.call("keep", "c0de", client, REDIRECT, challenge, "S256");
      assertThat(page.call("proves", "c0de", client, secret, null, null)).isEqualTo(true);
      assertThat(page.call("proves", "c0de", client, "wrong", null, null)).isEqualTo(false);
      assertThat(page.call("proves", "c0de", client, null, null, null)).isEqualTo(false);
      assertThat(page.call("proves", "c0de", "nobody", secret, null, null)).isEqualTo(false);
      assertThat(page.call("proves", "other", client, secret, null, null)).isEqualTo(false);
      assertThat(page.call("redeem", "c0de", client, REDIRECT, verifier.value())).isEqualTo(true);
      assertThat(page.call("redeem", "c0de", client, REDIRECT, verifier.value())).isEqualTo(false);
      page.call("keep", "without", client, REDIRECT, challenge, "S256");
      assertThat(page.call("redeem", "without", client, null, verifier.value())).isEqualTo(true);
      page.call("keep", "elsewhere", client, REDIRECT, challenge, "S256");
      String elsewhere = "https://evil.example/";
      assertThat(page.call("redeem", "elsewhere", client, elsewhere, verifier.value()))
          .isEqualTo(false);
      page.call("keep", "other", client, REDIRECT, challenge, "S256");
      assertReason(
          ReasonCode.CODE_VERIFIER_INVALID,
          () -> page.call("redeem", "other", client, REDIRECT, "x".repeat(43)));
      assertReason(
          ReasonCode.CODE_CHALLENGE_INVALID,
          () -> page.call("keep", "plain", client, REDIRECT, challenge, "plain"));
    }
  }

  @Test
  void publishedClient_provesItselfOnceWithEachAssertion(@TempDir Path directory) throws Exception {
    try (URLClassLoader loader = compiled(directory);
        DocumentHost host = new DocumentHost();
        ClientIdMetadataDocuments documents = documents(loader)) {
      Page page = page(loader, documents);
      TestKey key = TestKey.ec("k1");
      String client = host.url("/client.json");
      Map<String, @Nullable Object> document = new LinkedHashMap<>();
      document.put("client_id", client);
      document.put("client_name", "Published");
      document.put("redirect_uris", List.of(REDIRECT));
      document.put("token_endpoint_auth_method", "private_key_jwt");
      document.put("jwks", TestKey.set(key));
      host.answer(
          "/client.json",
          DocumentHost.json(new String(Json.write(document), StandardCharsets.UTF_8)));
      String assertion = new AssertionBuilder(key, client, ISSUER, Instant.now()).compact();
      String type = ClientAssertion.TYPE;
      assertThat(page.call("proves", "none", client, null, type, assertion)).isEqualTo(false);
      assertThat(host.requests("/client.json")).as("nobody has a code").isZero();
      assertThat(page.call("mayRedirect", client, REDIRECT)).isEqualTo(true);
      String challenge = CodeVerifier.generate().challenge().value();
      page.call("keep", "c0de", client, REDIRECT, challenge, "S256");
      assertThat(page.call("proves", "c0de", client, null, null, null)).isEqualTo(false);
      assertThat(page.call("proves", "c0de", client, null, type, assertion)).isEqualTo(true);
      assertReason(
          ReasonCode.CLIENT_ASSERTION_REPLAYED,
          () -> page.call("proves", "c0de", client, null, type, assertion));
    }
  }

  @Test
  void proxysLogin_comesBackOnceWithWhatWasRememberedAndTokens(@TempDir Path directory)
      throws Exception {
    try (URLClassLoader loader = compiled(directory);
        TokenServer provider = new TokenServer();
        AutoCloseable server = upstream(loader, provider)) {
      Page page = new Page(server);
      Map<String, Object> login = members(page.call("start", "the client's request"));
      assertThat(String.valueOf(login.get("location")))
          .startsWith(provider.issuer() + "/authorize?")
          .contains("state=" + login.get("state"))
          .doesNotContain("request");
      String query = "code=c0de&state=" + login.get("state");
      provider.answer("{\"access_token\":\"a1\",\"token_type\":\"Bearer\",\"expires_in\":600}");
      Map<String, Object> back =
          members(page.call("finish", login.get("state"), query, login.get("cookie")));
      assertThat(back).containsEntry("request", "the client's request");
      assertThat(((TokenSet) Objects.requireNonNull(back.get("tokens"))).accessToken().value())
          .isEqualTo("a1");
      assertThat(page.call("finish", login.get("state"), query, login.get("cookie"))).isNull();

      login = members(page.call("start", "another"));
      assertThat(page.call("finish", login.get("state"), query, "another browser's")).isNull();

      login = members(page.call("start", "refused"));
      query = "error=access_denied&state=" + login.get("state");
      back = members(page.call("finish", login.get("state"), query, login.get("cookie")));
      assertThat(back)
          .containsEntry("request", "refused")
          .containsEntry("error", "access_denied")
          .doesNotContainKey("tokens");
    }
  }

  /** What a record of the page has, those that are null left out. */
  private static Map<String, Object> members(@Nullable Object found) throws Exception {
    Map<String, Object> members = new LinkedHashMap<>();
    for (RecordComponent part : Objects.requireNonNull(found).getClass().getRecordComponents()) {
      Object value = part.getAccessor().invoke(found);
      if (value != null) {
        members.put(part.getName(), value);
      }
    }
    return members;
  }

  private static AutoCloseable upstream(URLClassLoader loader, TokenServer provider)
      throws Exception {
    provider.answer(
        """
        {"issuer":"%1$s","authorization_endpoint":"%1$s/authorize","token_endpoint":"%1$s/token",
         "response_types_supported":["code"],"code_challenge_methods_supported":["S256"]}
        """
            .formatted(provider.issuer()));
    return (AutoCloseable)
        loader
            .loadClass("UpstreamLogin")
            .getConstructors()[0]
            .newInstance(
                provider.issuer(),
                "proxy",
                "a secret",
                URI.create("https://proxy.example.com/callback"),
                Store.inMemory(),
                StoredSecrets.of(SealKeys.generated()));
  }

  private static void assertReason(
      ReasonCode reason, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call).hasMessage(reason.name());
  }

  /** As the page says to make them, from this machine too. */
  private static ClientIdMetadataDocuments documents(URLClassLoader loader) throws Exception {
    Object policy = loader.loadClass("LoginServer").getField("POLICY").get(null);
    return ClientIdMetadataDocuments.builder(DomainTrust.anyDomain())
        .policy((RegistrationPolicy) Objects.requireNonNull(policy))
        .allowLoopbackDocumentsForDevelopment()
        .build();
  }

  private static Page page(URLClassLoader loader, ClientIdMetadataDocuments documents)
      throws Exception {
    return new Page(
        loader
            .loadClass("LoginServer")
            .getConstructor(String.class, Store.class, ClientIdMetadataDocuments.class)
            .newInstance(ISSUER, Store.inMemory(), documents));
  }

  private static URLClassLoader compiled(Path directory) throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String code : code()) {
      Matcher name = Pattern.compile("public class (\\w+)").matcher(code);
      assertThat(name.find()).as("the code is a class").isTrue();
      Path source = directory.resolve(name.group(1) + ".java");
      sources.add(Files.writeString(source, code));
    }
    return ShownCode.compiled(directory, sources.toArray(Path[]::new));
  }

  private static List<String> code() throws IOException {
    Matcher block =
        Pattern.compile("```java\n(.*?)\n```", Pattern.DOTALL).matcher(Files.readString(PAGE));
    List<String> code = block.results().map(found -> found.group(1)).toList();
    assertThat(code).as("two of your own, a server and a proxy").hasSize(4);
    return code;
  }
}
