package io.mcpauth.examples.differential;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.policy.RpcCalls;
import io.mcpauth.policy.ToolPolicy;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The corpus, sent over HTTP to the servers of the SDK: which tools really run. */
class SdkOnTheWireTest {
  private static final List<Callers.Caller> CALLERS = Callers.proven();

  /** Bodies of revisions that the SDK does not speak need headers that these requests lack. */
  private static final String FIRST_WITH_HEADERS = "2026-07-28";

  static Stream<Arguments> servers() {
    return Stream.of(SdkTransport.values())
        .flatMap(
            transport ->
                Stream.of(SdkMapper.values()).map(mapper -> Arguments.of(transport, mapper)));
  }

  /** What {@link SdkReading} foretells, on which the differential test builds. */
  @ParameterizedTest
  @MethodSource("servers")
  void withoutTheFilter_theServerRunsWhatIsForetold(SdkTransport transport, SdkMapper mapper)
      throws Exception {
    int runs = 0;
    try (RunningSdk sdk = new RunningSdk(transport, mapper)) {
      for (byte[] body : HostileBodies.all()) {
        List<ToolRun> ran = sdk.send(RunningSdk.OPEN, Set.of(), body);
        assertThat(ran).as(shown(body)).isEqualTo(foretold(mapper, body));
        runs += ran.size();
      }
    }
    assertThat(runs).isGreaterThan(100);
  }

  @ParameterizedTest
  @MethodSource("servers")
  void behindTheFilter_whatWasAllowedRunsAndNothingElse(SdkTransport transport, SdkMapper mapper)
      throws Exception {
    int runs = 0;
    int kept = 0;
    try (RunningSdk sdk = new RunningSdk(transport, mapper)) {
      for (byte[] body : HostileBodies.all()) {
        for (Callers.Caller caller : CALLERS) {
          List<ToolRun> ran = sdk.send(RunningSdk.GUARDED, caller.scopes(), body);
          List<ToolRun> foretold = foretold(mapper, body);
          assertThat(ran)
              .as(caller.scopes() + " " + shown(body))
              .isEqualTo(allowed(caller, body) ? foretold : List.of())
              .allMatch(run -> GuardedTools.within(caller.scopes(), run));
          runs += ran.size();
          kept += foretold.size() - ran.size();
        }
      }
    }
    assertThat(runs).isGreaterThan(80);
    assertThat(kept).isGreaterThan(300);
  }

  /** The SDK decodes the body as the container says, which a {@code web.xml} can change. */
  @ParameterizedTest
  @ValueSource(strings = {"ISO-8859-1", "Shift_JIS", "UTF-16"})
  void charsetOfTheContext_doesNotChangeWhatWasJudged(String charset) throws Exception {
    byte[] body =
        ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":"
                + "{\"name\":\"open\",\"arguments\":{\"x\":\"\u00e9\"}}}")
            .getBytes(UTF_8);
    for (SdkTransport transport : SdkTransport.values()) {
      try (RunningSdk sdk = new RunningSdk(transport, SdkMapper.JACKSON_3, charset)) {
        assertThat(sdk.send(RunningSdk.GUARDED, Set.of(), body))
            .containsExactly(new ToolRun("open", Map.of("x", "\u00e9")));
      }
    }
  }

  private static boolean allowed(Callers.Caller caller, byte[] body) {
    RpcCalls calls = BodyReader.STRICT.read(body);
    return calls != null
        && GuardedTools.POLICY.judge(caller.principal(), calls)
            instanceof ToolPolicy.Verdict.Allowed
        && calls.messages().stream()
            .allMatch(
                message ->
                    message.protocolVersion() == null
                        || message.protocolVersion().compareTo(FIRST_WITH_HEADERS) < 0);
  }

  private static List<ToolRun> foretold(SdkMapper mapper, byte[] body) {
    SdkReading reading = SdkReading.of(mapper.json(), body);
    ToolRun run = reading == null ? null : reading.run();
    return run == null ? List.of() : List.of(run);
  }

  private static String shown(byte[] body) {
    String text = new String(body, ISO_8859_1);
    return text.substring(0, Math.min(text.length(), 300));
  }
}
