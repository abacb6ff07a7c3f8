package io.mcpauth.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.metadata.ResourceIdentifier;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostCheckTest {
  private static final HostCheck LOCAL = unlisted("http://localhost:8080/mcp");
  private static final HostCheck PUBLIC = unlisted("https://mcp.example.com/mcp");
  private static final HostCheck LISTED =
      listed("https://mcp.example.com/mcp", "mcp.internal", "pod.internal:8443");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "localhost:8080",
        "localhost:1",
        "localhost:65535",
        "LOCALHOST:8080",
        "LocalHost",
        "127.0.0.1",
        "127.0.0.1:8080",
        "[::1]",
        "[::1]:8080",
      })
  void loopbackName_passesAtALoopbackResource(String host) {
    assertThatCode(() -> LOCAL.require(List.of(host))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "evil.com",
        "evil.com:8080",
        "localhost.evil.com",
        "localhost.evil.com:8080",
        "evil-localhost",
        "localhost.",
        "localhost.:8080",
        "localhost:",
        "localhost:0",
        "localhost:08080",
        "localhost:8080:8080",
        "localhost:-1",
        "localhost:123456",
        "localhost:a",
        "localhost:80@evil.com",
        "user@localhost",
        "user:80@localhost",
        "evil.com#localhost",
        "evil.com/localhost",
        "localhost/evil.com",
        "http://localhost",
        "localhost, evil.com",
        "localhost,localhost",
        "localhost evil.com",
        "localhost\t",
        " localhost",
        "localhost\r\n",
        "localhost\nHost: evil.com",
        "localhost\r\nX-Forwarded-Host: evil.com",
        "localhost\u0000.evil.com",
        "loc%61lhost",
        "localho\u017ft",
        "127.0.0.2",
        "127.1",
        "127.0.0.1.evil.com",
        "127.0.0.1.nip.io",
        "0177.0.0.1",
        "2130706433",
        "0x7f.0.0.1",
        "0.0.0.0",
        "::1",
        "::1:8080",
        "[::1",
        "[::1]evil.com",
        "[::1].evil.com",
        "[::1]8080",
        "[::1%25lo]",
        "[::1%lo]:8080",
        "[0:0:0:0:0:0:0:1]",
        "[::ffff:127.0.0.1]",
        "[::]",
        "[localhost]",
        "[v1.x]",
      })
  void anyOtherName_isRefusedAtALoopbackResource(String host) {
    assertThat(refusal(LOCAL, host).reason()).isEqualTo(ReasonCode.HOST_NOT_ALLOWED);
  }

  @Test
  void everyLoopbackResource_answersToItsOwnNameToo() {
    HostCheck check = unlisted("http://127.0.0.2:8080/mcp");

    assertThat(check.allowed())
        .containsExactlyInAnyOrder("127.0.0.2", "localhost", "127.0.0.1", "[::1]");
    assertThatCode(() -> check.require(List.of("127.0.0.2:8080"))).doesNotThrowAnyException();
  }

  @Test
  void missingOrSecondLine_isRefusedWhereItIsChecked() {
    for (HostCheck check : List.of(LOCAL, LISTED)) {
      assertThat(refusal(check).reason()).isEqualTo(ReasonCode.HOST_NOT_ALLOWED);
    }
    assertThat(refusal(LOCAL, "localhost", "localhost").reason())
        .isEqualTo(ReasonCode.HOST_NOT_ALLOWED);
    assertThat(refusal(LOCAL, "localhost", "evil.com").facts())
        .containsEntry("found", "localhost | evil.com");
  }

  @Test
  void publicResource_answersToEveryNameByDefault() {
    for (List<String> lines :
        List.of(List.<String>of(), List.of("evil.com"), List.of("a", "b"), List.of("\r\n"))) {
      assertThatCode(() -> PUBLIC.require(lines)).doesNotThrowAnyException();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "mcp.example.com, true",
    "mcp.example.com:443, true",
    "MCP.Example.com:8443, true",
    "mcp.internal, true",
    "mcp.internal:9999, true",
    "pod.internal:8443, true",
    "POD.internal:8443, true",
    "pod.internal, false",
    "pod.internal:8444, false",
    "pod.internal:84430, false",
    "pod.internal:08443, false",
    "localhost, false",
    "a.mcp.internal, false",
    "mcp.internal.evil.com, false",
    "mcp.internal., false",
  })
  void listOfNames_isHeldWithTheResourcesOwn(String host, boolean passes) {
    AuthException refusal =
        catchThrowableOfType(AuthException.class, () -> LISTED.require(List.of(host)));

    assertThat(refusal == null).isEqualTo(passes);
  }

  @Test
  void listAtALoopbackResource_addsToTheLoopbackNames() {
    HostCheck check = listed("http://localhost:8080/mcp", "host.docker.internal");

    assertThatCode(() -> check.require(List.of("host.docker.internal:8080")))
        .doesNotThrowAnyException();
    assertThatCode(() -> check.require(List.of("[::1]:8080"))).doesNotThrowAnyException();
    assertThat(refusal(check, "evil.com").reason()).isEqualTo(ReasonCode.HOST_NOT_ALLOWED);
  }

  @Test
  void emptyList_leavesTheResourcesOwnName() {
    HostCheck check = listed("https://mcp.example.com/mcp");

    assertThatCode(() -> check.require(List.of("mcp.example.com"))).doesNotThrowAnyException();
    assertThat(refusal(check, "other.example.com").reason()).isEqualTo(ReasonCode.HOST_NOT_ALLOWED);
  }

  @Test
  void veryLongHost_isRefusedWithAShortFact() {
    assertThat(refusal(LOCAL, "localhost".repeat(200_000)).facts().get("found")).hasSize(200);
    assertThat(refusal(LOCAL, "[" + ":".repeat(1_000_000) + "]").reason())
        .isEqualTo(ReasonCode.HOST_NOT_ALLOWED);
  }

  /** What passes after a change of one or two characters is still a loopback name with a port. */
  @Test
  void loopbackNameWithAChange_isRefusedOrStillOne() {
    List<String> names = List.of("localhost:8080", "127.0.0.1:8080", "[::1]:8080", "[::1]");
    Random random = new Random(4);
    String alphabet = "alocALOC.:[]@%/ \t\r\n0189\\#,\u0130\u212a\u017f";
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      StringBuilder changed = new StringBuilder(names.get(random.nextInt(names.size())));
      for (int change = random.nextInt(2); change >= 0; change--) {
        int at = random.nextInt(changed.length());
        String with = "" + alphabet.charAt(random.nextInt(alphabet.length()));
        changed.replace(at, at + random.nextInt(2), random.nextInt(3) == 0 ? "" : with);
      }
      String host = changed.toString();
      if (catchThrowableOfType(AuthException.class, () -> LOCAL.require(List.of(host))) != null) {
        refused++;
      } else {
        assertThat(host).matches("((?i:localhost)|127\\.0\\.0\\.1|\\[::1])(:[1-9][0-9]{0,4})?");
      }
    }
    assertThat(refused).isGreaterThan(10_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mcp.internal", "a_b", "10.0.0.1:8443", "[2001:db8::1]:8443", "[::1]"})
  void configuredName_isTakenAsItIs(String name) {
    assertThat(HostCheck.name(name)).isEqualTo(name);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                     | it is not a host",
        "*                      | it is not a host",
        "*.example.com          | it is not a host",
        "https://b.example.com  | it is not a host",
        "b.example.com/         | it is not a host",
        "B.example.com          | it is not a host",
        "b.example.com.         | it is not a host",
        "b.example.com:         | it is not a host",
        "b.example.com:0        | it is not a host",
        "::1                    | it is not a host",
        "[::1%25lo]             | it is not a host",
        "m\u00fcnchen.example   | it is not a host",
        "b.example.com:65536    | there is no such port",
        "b.example.com:443      | clients leave the default port out",
        "b.example.com:80       | clients leave the default port out",
      })
  void configuredNameOfAnotherForm_isRefusedWithTheFix(String name, String problem) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HostCheck.name(name))
        .withMessageStartingWith("Host '" + name + "': " + problem)
        .withMessageContaining("Write a name such as 'mcp.example.com' for every port");
  }

  @Test
  void passwordInAConfiguredName_isNotShown() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HostCheck.name("user:s3cr3t@b.example.com"))
        .withMessageStartingWith("Host '...@b.example.com': ");
  }

  private static HostCheck unlisted(String resource) {
    return HostCheck.of(ResourceIdentifier.of(resource), null);
  }

  private static HostCheck listed(String resource, String... names) {
    Set<String> configured = Arrays.stream(names).map(HostCheck::name).collect(Collectors.toSet());
    return HostCheck.of(ResourceIdentifier.of(resource), configured);
  }

  private static AuthException refusal(HostCheck check, String... lines) {
    return Objects.requireNonNull(
        catchThrowableOfType(AuthException.class, () -> check.require(List.of(lines))),
        () -> "passed: " + List.of(lines));
  }
}
