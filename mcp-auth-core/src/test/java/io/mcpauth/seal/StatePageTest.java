package io.mcpauth.seal;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.ShownCode;
import io.mcpauth.token.McpPrincipal;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles and runs the code of docs/state.md as it stands. */
class StatePageTest {
  private static final Path PAGE = Path.of("..", "docs", "state.md");

  @Test
  void codeOfThePage_keepsStateForItsCallerAndRequest(@TempDir Path directory) throws Exception {
    try (URLClassLoader loader = compiled(directory, code())) {
      Class<?> type = loader.loadClass("Transfer");
      Object transfer = type.getConstructor(SealKeys.class).newInstance(SealKeys.generated());
      Method ask = type.getMethod("ask", McpPrincipal.class, String.class, String.class);
      Method run = type.getMethod("run", McpPrincipal.class, String.class, String.class);

      Map<?, ?> asked = (Map<?, ?>) ask.invoke(transfer, Callers.ALICE, "account-1", "3.50");
      Object state = asked.get("requestState");
      assertThat(asked.get("resultType")).isEqualTo("input_required");
      assertThat(run.invoke(transfer, Callers.ALICE, "account-1", state))
          .isEqualTo(Map.of("resultType", "complete", "fee", "3.50"));
      Map<String, Object> refused =
          Map.of("error", Map.of("code", -32602, "message", "The state or handle is not valid"));
      assertThat(run.invoke(transfer, Callers.ALICE, "account-2", state)).isEqualTo(refused);
      assertThat(run.invoke(transfer, Callers.BOB, "account-1", state)).isEqualTo(refused);
      assertThat(run.invoke(transfer, Callers.ALICE, "account-1", "forged")).isEqualTo(refused);
    }
  }

  private static String code() throws IOException {
    Matcher block =
        Pattern.compile("```java\n(.*?)\n```", Pattern.DOTALL).matcher(Files.readString(PAGE));
    assertThat(block.find()).as("the page has code").isTrue();
    String code = block.group(1);
    assertThat(block.find()).as("code that is not compiled").isFalse();
    return code;
  }

  private static URLClassLoader compiled(Path directory, String code) throws IOException {
    Path source = Files.writeString(directory.resolve("Transfer.java"), code);
    return ShownCode.compiled(directory, source);
  }
}
