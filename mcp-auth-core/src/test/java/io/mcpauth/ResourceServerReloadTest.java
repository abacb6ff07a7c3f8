package io.mcpauth;

import static io.mcpauth.Answers.assertGranted;
import static io.mcpauth.Answers.assertRefused;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.mcpauth.edge.AccessRequest;
import io.mcpauth.edge.BodyReader;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.Access;
import io.mcpauth.policy.PolicyFile;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A policy that changes under a running server. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class ResourceServerReloadTest {
  private static final TestIssuer ISSUER = TestIssuer.start(ProtectedServer.CLOCK);
  private static final String BASE = "{\"tools\":{\"t\":\"base\"}}";
  private static final String BY_DEPARTMENT =
      "{\"tools\":{\"t\":{\"claims\":{\"department\":\"it\"}}}}";
  private static final String BY_LEVEL = "{\"tools\":{\"t\":{\"claims\":{\"level\":7}}}}";

  @TempDir private Path directory;

  @AfterAll
  static void stop() {
    ISSUER.close();
  }

  @Test
  void badFile_stopsTheStart() throws IOException {
    PolicyFile file = write("{\"tool\":1}");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder(file))
        .withMessageContaining("policy.json, line 1, column 2: tool is not a member");
    PolicyFile missing = PolicyFile.at(directory.resolve("none.json"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder(missing))
        .withMessageContaining("none.json' does not exist");
  }

  @Test
  void clientOfAnUnknownIssuer_stopsTheStart() throws IOException {
    PolicyFile file =
        write("{\"clients\":[{\"issuer\":\"i\",\"clientId\":\"c\",\"maxScopes\":[]}]}");
    ResourceServerBuilder builder = builder(file);
    assertThatIllegalArgumentException()
        .isThrownBy(builder::build)
        .withMessageContaining("names the issuer 'i'");
  }

  @Test
  void reload_isInForceWithTheNextRequest() throws IOException {
    try (ResourceServer server = builder(write(BASE)).build()) {
      String token = ISSUER.token(ProtectedServer.RESOURCE).scopes("a").mint();
      assertGranted(call(server, token));
      write("{\"tools\":{\"t\":[\"b\"]}}");
      assertGranted(call(server, token));
      assertThat(server.livePolicy().reload()).isTrue();
      assertRefused(call(server, token), 403, ReasonCode.INSUFFICIENT_SCOPE);
      assertThat(server.livePolicy().reload()).isFalse();
      write("{\"tools\":{\"t\":[\"b\"]}");
      assertThatIllegalArgumentException().isThrownBy(server.livePolicy()::reload);
      assertRefused(call(server, token), 403, ReasonCode.INSUFFICIENT_SCOPE);
    }
  }

  @Test
  void serverWithoutAFile_hasNothingToReload() {
    try (ResourceServer server = ProtectedServer.of(ISSUER).build()) {
      assertThatIllegalStateException()
          .isThrownBy(server.livePolicy()::reload)
          .withMessageContaining("PolicyFile.at(path)");
    }
  }

  /** Its verdict was kept when nobody asked for the claim. */
  @Test
  void policyThatNewlyAsksForAClaim_findsItOfATokenSeenBefore() throws IOException {
    try (ResourceServer server = builder(write(BASE)).build()) {
      String token = token();
      assertGranted(call(server, token));
      write(BY_DEPARTMENT);
      assertThat(server.livePolicy().reload()).isTrue();
      assertGranted(call(server, token));
      write(BY_LEVEL);
      assertThat(server.livePolicy().reload()).isTrue();
      assertGranted(call(server, token));
      write("{\"tools\":{\"t\":{\"claims\":{\"other\":7}}}}");
      assertThat(server.livePolicy().reload()).isTrue();
      assertRefused(call(server, token), 403, ReasonCode.CLAIM_MISSING);
    }
  }

  @Test
  void requestUnderWay_endsWithThePolicyAndTheClaimsItBeganWith() throws IOException {
    try (ResourceServer server = builder(write(BY_DEPARTMENT)).build()) {
      ToolPolicy other = ToolPolicy.fromJson(BY_LEVEL.getBytes(UTF_8), "other");
      String onlyDepartment =
          ISSUER.token(ProtectedServer.RESOURCE).claim("department", "it").mint();
      AccessRequest request =
          new ChangingRequest(
              FakeRequest.toolCall("t").bearer(onlyDepartment),
              () -> server.livePolicy().replace(other));
      assertGranted(server.decide(request));
      assertRefused(call(server, onlyDepartment), 403, ReasonCode.CLAIM_MISSING);
    }
  }

  /** Each policy allows the call, each by another claim: no mixture of them may be seen. */
  @Test
  void requestsDuringReloads_seeOnePolicyAsAWhole() throws Exception {
    ToolPolicy[] policies = {
      ToolPolicy.fromJson(BY_DEPARTMENT.getBytes(UTF_8), "one"),
      ToolPolicy.fromJson(BY_LEVEL.getBytes(UTF_8), "other")
    };
    String token = token();
    ExecutorService callers = Executors.newFixedThreadPool(4);
    CountDownLatch present = new CountDownLatch(4);
    try (ResourceServer server = builder(write(BY_DEPARTMENT)).build()) {
      List<Future<?>> results = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        results.add(
            callers.submit(
                () -> {
                  present.countDown();
                  for (int n = 0; n < 150; n++) {
                    assertGranted(call(server, token));
                  }
                }));
      }
      present.await();
      for (int n = 0; results.stream().anyMatch(result -> !result.isDone()); n++) {
        server.livePolicy().replace(policies[n % 2]);
        Thread.onSpinWait();
      }
      for (Future<?> result : results) {
        result.get(60, TimeUnit.SECONDS);
      }
    } finally {
      callers.shutdownNow();
    }
  }

  @Test
  void watchInterval_isHeldToItsRange() throws IOException {
    PolicyFile file = write(BASE);
    for (Duration wrong :
        List.of(Duration.ofMillis(999), Duration.ofMillis(-1), Duration.ofHours(1).plusMillis(1))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> builder(file).watchPolicy(wrong))
          .withMessageContaining(wrong + " is out of range. Write one second to one hour");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ProtectedServer.of(ISSUER).watchPolicy(Duration.ofSeconds(1)))
        .withMessageContaining("The policy is not from a file.");
    ResourceServerBuilder twice = builder(file).watchPolicy(Duration.ZERO);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> twice.watchPolicy(Duration.ZERO))
        .withMessageContaining("is set twice");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT1S", "PT1H", "PT0S"})
  void watchInterval_isAccepted(Duration interval) throws IOException {
    try (ResourceServer server = builder(write(BASE)).watchPolicy(interval).build()) {
      assertGranted(call(server, token()));
    }
  }

  /** What the code of tools declares is there before and after, wherever the document says less. */
  @Test
  void declaredTools_standThroughReloads() throws IOException {
    PolicyFile file = write("{\"tools\":{\"other\":\"base\"}}");
    try (ResourceServer server =
        builder(file).declaredTools(Map.of("t", Access.scopes("declared"))).build()) {
      server.livePolicy().requireKnown(List.of("t"));
      String a = ISSUER.token(ProtectedServer.RESOURCE).scopes("a").mint();
      String declared = ISSUER.token(ProtectedServer.RESOURCE).scopes("declared").mint();
      assertThat(server.metadata().scopesSupported()).containsExactly("declared");
      assertRefused(call(server, a), 403, ReasonCode.INSUFFICIENT_SCOPE);
      assertGranted(call(server, declared));
      write("{\"tools\":{\"t\":[\"a\"]}}");
      assertThat(server.livePolicy().reload()).isTrue();
      assertGranted(call(server, a));
      assertRefused(call(server, declared), 403, ReasonCode.INSUFFICIENT_SCOPE);
      assertThat(server.livePolicy().replace(ToolPolicy.builder().build())).isTrue();
      assertRefused(call(server, a), 403, ReasonCode.INSUFFICIENT_SCOPE);
      assertGranted(call(server, declared));
      assertThat(server.livePolicy().replace(ToolPolicy.builder().build())).isFalse();
    }
  }

  @Test
  void toolsDeclaredLate_areInForceWithTheNextRequest() throws IOException {
    try (ResourceServer server = builder(write("{\"tools\":{\"other\":\"base\"}}")).build()) {
      String declared = ISSUER.token(ProtectedServer.RESOURCE).scopes("declared").mint();
      assertRefused(call(server, declared), 403, ReasonCode.DENIED_BY_POLICY);
      Map<String, Access> tools = Map.of("t", Access.scopes("declared"));
      server.livePolicy().declare(tools);
      assertGranted(call(server, declared));
      server.livePolicy().declare(tools);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> server.livePolicy().declare(Map.of("t", Access.scopes())))
          .withMessageContaining("is set twice");
      server
          .livePolicy()
          .declare(Map.of("t", Access.scopes("declared"), "found", Access.scopes("found")));
      server.livePolicy().declare(tools); // which takes nothing away
      String found = ISSUER.token(ProtectedServer.RESOURCE).scopes("found").mint();
      assertGranted(server.decide(FakeRequest.toolCall("found").bearer(found)));
      assertGranted(call(server, declared));
      write("{\"tools\":{\"more\":\"base\"}}");
      assertThat(server.livePolicy().reload()).isTrue();
      assertGranted(call(server, declared));
    }
  }

  /** Changes something when its credential is looked at: the request has begun by then. */
  private record ChangingRequest(FakeRequest request, Runnable change) implements AccessRequest {
    @Override
    public String method() {
      return request.method();
    }

    @Override
    public List<String> headers(String name) {
      if (name.equals("Authorization")) {
        change.run();
      }
      return request.headers(name);
    }

    @Override
    public @Nullable String query() {
      return request.query();
    }

    @Override
    public byte[] body(BodyReader reader) {
      return request.body(reader);
    }
  }

  private PolicyFile write(String document) throws IOException {
    return PolicyFile.at(Files.writeString(directory.resolve("policy.json"), document));
  }

  private static ResourceServerBuilder builder(PolicyFile file) {
    AuthorizationServer issuer =
        AuthorizationServer.of(ISSUER.issuer()).withJwksUri(ISSUER.jwksUri());
    return ResourceServer.builder(ProtectedServer.RESOURCE, issuer, file)
        .clock(ProtectedServer.CLOCK);
  }

  private static String token() {
    return ISSUER
        .token(ProtectedServer.RESOURCE)
        .claim("department", "it")
        .claim("level", 7)
        .mint();
  }

  private static AccessDecision call(ResourceServer server, String token) {
    return server.decide(FakeRequest.toolCall("t").bearer(token));
  }
}
