package io.mcpauth.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.mcpauth.RecordedLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class PolicyReloadTest {
  private static final String READ = "{\"tools\":{\"t\":[\"read\"]}}";
  private static final String WRITE = "{\"tools\":{\"t\":[\"write\"]}}";
  private static final String BAD = "{\"tools\":{\"t\":\"open\"}}";

  @TempDir private Path directory;
  private final RecordedLog log = new RecordedLog();
  private Path path = Path.of("policy.json");
  private LivePolicy current = LivePolicy.of(policy(READ), accepted(Set.of()));
  private PolicyReload reload =
      new PolicyReload(PolicyFile.at(path), READ.getBytes(UTF_8), current, log.logger());

  private static LivePolicy.Accepted accepted(Set<String> issuers) {
    return new LivePolicy.Accepted(
        issuers, Set.of(), Set.of(Scheme.BEARER), Clock.systemUTC(), Duration.ZERO);
  }

  @BeforeEach
  void start() throws IOException {
    path = directory.resolve("policy.json");
    current = LivePolicy.of(policy(READ), accepted(Set.of("https://known.example")));
    reload = new PolicyReload(PolicyFile.at(path), READ.getBytes(UTF_8), current, log.logger());
    write(READ);
  }

  @Test
  void unchangedFile_isNotTouched() {
    ToolPolicy before = current.get();
    reload.ifChanged();
    reload.ifChanged();
    assertThat(reload.now()).isFalse();
    assertThat(current.get()).isSameAs(before);
    assertThat(log.lines()).isEmpty();
  }

  @Test
  void changedFile_isInForceAndLoggedOnce() throws IOException {
    write(WRITE);
    reload.ifChanged();
    reload.ifChanged();
    assertThat(current.get()).isEqualTo(policy(WRITE));
    assertThat(log.lines()).containsExactly("INFO policy " + path + ": read anew, in force now");
    assertThat(reload.now()).isFalse();
  }

  @Test
  void changeByHand_saysSoAndIsNotFoundAgain() throws IOException {
    write(WRITE);
    assertThat(reload.now()).isTrue();
    assertThat(reload.now()).isFalse();
    reload.ifChanged();
    assertThat(current.get()).isEqualTo(policy(WRITE));
    assertThat(log.lines()).hasSize(1);
  }

  @Test
  void otherFormOfTheSameRules_changesNothing() throws IOException {
    ToolPolicy before = current.get();
    write("{\"$comment\":\"the same\", " + READ.substring(1));
    reload.ifChanged();
    assertThat(current.get()).isSameAs(before);
    assertThat(log.lines()).containsExactly("INFO policy " + path + ": read anew, the same rules");
  }

  @Test
  void badFile_keepsThePolicyAndIsReportedOnceForEachContent() throws IOException {
    write(BAD);
    reload.ifChanged();
    reload.ifChanged();
    assertThat(current.get()).isEqualTo(policy(READ));
    assertThat(log.lines()).hasSize(1);
    assertThat(log.lines().get(0))
        .startsWith(
            "ERROR The policy before stays in force: "
                + path
                + ", line 1, column 15: tools.t is the string 'open'; write one of ");
    assertThatIllegalArgumentException()
        .isThrownBy(reload::now)
        .withMessageStartingWith(path + ", line 1, column 15: tools.t is ");
    write(BAD + " ");
    reload.ifChanged();
    reload.ifChanged();
    assertThat(log.lines()).hasSize(2);
    write(WRITE);
    reload.ifChanged();
    assertThat(current.get()).isEqualTo(policy(WRITE));
  }

  @Test
  void badFileThatIsTakenBack_isNoChange() throws IOException {
    write(BAD);
    reload.ifChanged();
    write(READ);
    reload.ifChanged();
    assertThat(current.get()).isEqualTo(policy(READ));
    assertThat(log.lines()).hasSize(2);
    assertThat(log.lines().get(1)).endsWith("read anew, the same rules");
  }

  /** An in-place write that is seen at every byte. */
  @Test
  void halfWrittenFile_keepsThePolicy() throws IOException {
    for (int length = 0; length < WRITE.length(); length++) {
      write(WRITE.substring(0, length));
      reload.ifChanged();
      assertThat(current.get()).as("first %d bytes", length).isEqualTo(policy(READ));
    }
    write(WRITE);
    reload.ifChanged();
    assertThat(current.get()).isEqualTo(policy(WRITE));
  }

  @Test
  void missingFile_keepsThePolicyAndIsReportedOnce() throws IOException {
    Files.delete(path);
    reload.ifChanged();
    reload.ifChanged();
    assertThat(current.get()).isEqualTo(policy(READ));
    assertThat(log.lines())
        .containsExactly(
            "ERROR The policy before stays in force: Policy file '"
                + path
                + "' does not exist. Write the path of the policy, or put it there.");
    assertThatIllegalArgumentException().isThrownBy(reload::now);
    write(READ);
    reload.ifChanged();
    assertThat(log.lines().subList(1, log.lines().size()))
        .containsExactly("INFO policy " + path + ": readable again");
    Files.delete(path);
    reload.ifChanged();
    assertThat(log.lines()).hasSize(3);
  }

  /** Kubernetes swaps a link in the path; the file itself and its times need not tell. */
  @Test
  void swappedDirectoryLink_isSeen() throws IOException {
    Path mounted = directory.resolve("mounted");
    Path data = mounted.resolve("..data");
    for (String version : List.of("v1", "v2")) {
      Files.createDirectories(mounted.resolve(version));
      Files.writeString(
          mounted.resolve(version).resolve("policy.json"), version.equals("v1") ? READ : WRITE);
    }
    Files.createSymbolicLink(data, Path.of("v1"));
    Files.createSymbolicLink(mounted.resolve("policy.json"), Path.of("..data", "policy.json"));
    PolicyReload linked =
        new PolicyReload(
            PolicyFile.at(mounted.resolve("policy.json")),
            READ.getBytes(UTF_8),
            current,
            log.logger());
    linked.ifChanged();
    assertThat(current.get()).isEqualTo(policy(READ));
    Path next = Files.createSymbolicLink(mounted.resolve("..next"), Path.of("v2"));
    Files.move(next, data, StandardCopyOption.ATOMIC_MOVE);
    linked.ifChanged();
    assertThat(current.get()).isEqualTo(policy(WRITE));
  }

  @Test
  void clientOfAnUnknownIssuer_keepsThePolicy() throws IOException {
    write(
        """
        {"tools":{"t":"base"},
         "clients":[{"issuer":"https://other.example","clientId":"c","maxScopes":[]}]}
        """);
    assertThatIllegalArgumentException()
        .isThrownBy(reload::now)
        .withMessageContaining("https://other.example")
        .withMessageContaining("https://known.example");
    reload.ifChanged();
    assertThat(current.get()).isEqualTo(policy(READ));
    assertThat(log.lines()).hasSize(1);
    assertThat(log.lines().get(0)).startsWith("ERROR ");
  }

  @Test
  void schemeThatNobodyAuthenticates_keepsThePolicy() throws IOException {
    write("{\"tools\":{\"t\":{\"schemes\":[\"dpop\"]}}}");
    assertThatIllegalArgumentException()
        .isThrownBy(reload::now)
        .withMessageContaining("'DPoP'")
        .withMessageContaining("[Bearer]");
    reload.ifChanged();
    assertThat(current.get()).isEqualTo(policy(READ));
    assertThat(log.lines()).hasSize(1);
  }

  @Test
  void missingToolOfTheServer_keepsThePolicy() throws IOException {
    current.requireKnown(List.of("t"));
    write("{\"tools\":{\"T\":\"base\"}}");
    assertThatIllegalStateException().isThrownBy(reload::now).withMessageContaining("[t]");
    reload.ifChanged();
    assertThat(current.get()).isEqualTo(policy(READ).withTools(List.of("t")));
    write(WRITE);
    reload.ifChanged();
    assertThat(current.get()).isEqualTo(policy(WRITE).withTools(List.of("t")));
  }

  /** What code put in force meanwhile is no reason to say that nothing changed. */
  @Test
  void policyReplacedByCode_isReplacedByTheFileOnlyByHand() {
    assertThat(current.replace(policy(WRITE))).isTrue();
    reload.ifChanged();
    assertThat(current.get()).isEqualTo(policy(WRITE));
    assertThat(reload.now()).isTrue();
    assertThat(current.get()).isEqualTo(policy(READ));
  }

  private void write(String document) throws IOException {
    Files.writeString(path, document);
  }

  private static ToolPolicy policy(String document) {
    return ToolPolicy.fromJson(document.getBytes(UTF_8), "policy.json");
  }
}
