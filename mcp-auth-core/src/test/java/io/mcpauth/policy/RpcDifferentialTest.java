package io.mcpauth.policy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.error.AuthException;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What the policy judged is what a lenient reader behind it executes: a reader such as the MCP Java
 * SDK's, which takes the last of duplicate members.
 */
class RpcDifferentialTest {
  private static final int BODIES = 30_000;

  /** Bytes as Latin-1, so that a mutation can break UTF-8 too. */
  private static final List<String> SEEDS =
      List.of(
          "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"read\"}}",
          "{\"params\":{\"arguments\":{\"name\":\"x\"},\"name\":\"write\"},\"method\":\"tools/call\","
              + "\"id\":\"a\",\"jsonrpc\":\"2.0\"}",
          "{\"jsonrpc\":\"2.0\",\"method\":\"tools/call\",\"params\":{\"name\":\"delete\"}}",
          "{\"jsonrpc\":\"2.0\",\"id\":12345678901234567890,\"method\":\"resources/read\","
              + "\"params\":{\"uri\":\"file:///a\",\"name\":\"b\"}}",
          "{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"prompts/get\",\"params\":{\"name\":\"p\"}}",
          "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"method\":\"tools/call\"}}",
          "{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":-1,\"message\":\"\\u00e9\"}}",
          "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"},{\"jsonrpc\":\"2.0\",\"id\":2,"
              + "\"method\":\"tools/call\",\"params\":{\"name\":\"read\"}}]",
          "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools\\/call\",\"params\":{\"n\\u0061me\":"
              + "\"\\ud83d\\ude00\"}}",
          "{\"jsonrpc\":\"2.0\",\"id\":1,\"params\":{\"arguments\":{\"path\":\"/a\",\"force\":true,"
              + "\"name\":5},\"name\":\"write\"},\"method\":\"tools/call\"}",
          "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"prompts/get\",\"params\":{\"name\":\"p\","
              + "\"arguments\":{\"path\":-12,\"other\":{\"path\":[1.5,\"force\"]},\"force\":null},"
              + "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"}}}",
          "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"completion/complete\",\"params\":{\"ref\":"
              + "{\"type\":\"ref/prompt\",\"name\":\"p\",\"uri\":\"u\"},\"argument\":{\"name\":\"n\"}}}",
          "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"completion/complete\",\"params\":{\"ref\":"
              + "{\"uri\":\"u:{x}\",\"type\":\"ref/resource\"}}}",
          "{\"params\":{\"notifications\":{\"toolsListChanged\":true,\"resourceSubscriptions\":"
              + "[\"u:1\",\"u:2\"]},\"_meta\":{\"a/b\":1}},\"method\":\"subscriptions/listen\",\"id\":1,"
              + "\"jsonrpc\":\"2.0\"}",
          "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tasks/get\",\"params\":{\"taskId\":\"k\"}}");

  private static final List<String> TOKENS =
      List.of(
          "\"method\":\"tools/list\",",
          ",\"method\":\"tools/call\"",
          "\"m\\u0065thod\":\"ping\",",
          "\"Method\":\"ping\",",
          "\"name\":\"write\",",
          ",\"n\\u0061me\":\"write\"",
          "\"NAME\":\"write\",",
          "\"params\":{\"name\":\"write\"},",
          "\"arguments\":{\"path\":\"/b\"},",
          ",\"arguments\":null",
          ",\"arguments\":[\"path\"]",
          "\"path\":\"/c\",",
          ",\"p\\u0061th\":\"/c\"",
          ",\"PATH\":\"/c\"",
          "\"force\":9223372036854775808,",
          "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2025-11-25\"},",
          "\"ref\":{\"type\":\"ref/prompt\",\"name\":\"q\"},",
          "\"type\":\"ref/resource\",",
          "\"uri\":\"v\",",
          "\"resourceSubscriptions\":[\"w\"],",
          "\"taskId\":\"l\",",
          "\"id\":2,",
          "\"result\":{},",
          "\"x\":[1,{\"y\":null}],",
          "\\u0000",
          "\\ud800",
          "\\u0061",
          "\\",
          "\"",
          "{",
          "}",
          "[",
          "]",
          ",",
          ":",
          " ",
          "\n",
          "0",
          "e5",
          ".5",
          "-",
          "null",
          "true",
          "NaN",
          "/**/",
          "'",
          "\0",
          "\u00ff",
          "\u00c0\u00af",
          "\u00ed\u00a0\u0080",
          "\u00ef\u00bb\u00bf",
          "\u00c3\u00a9");

  @Test
  void whatIsAccepted_isWhatALenientReaderSees() {
    Random random = new Random(20260728);
    int accepted = 0;
    int refused = 0;
    int refusedThoughReadable = 0;
    for (int i = 0; i < BODIES; i++) {
      byte[] body = mutated(random).getBytes(ISO_8859_1);
      RpcCalls calls = readOrNull(body);
      if (calls == null) {
        refused++;
        refusedThoughReadable += LenientReader.read(body) == null ? 0 : 1;
      } else {
        accepted++;
        LenientReader.assertSame(calls, body);
      }
    }
    assertThat(accepted).as("accepted").isGreaterThan(1_000);
    assertThat(refused).as("refused").isGreaterThan(1_000);
    assertThat(refusedThoughReadable).as("refused, though a reader exists").isGreaterThan(500);
  }

  private static String mutated(Random random) {
    StringBuilder text = new StringBuilder(SEEDS.get(random.nextInt(SEEDS.size())));
    for (int n = random.nextInt(3); n >= 0; n--) {
      int at = random.nextInt(text.length());
      int end = at + random.nextInt(Math.min(30, text.length() - at));
      String piece = text.substring(at, end);
      switch (random.nextInt(8)) {
        case 0 -> text.deleteCharAt(at);
        case 1 -> text.delete(at, end);
        case 2 -> text.insert(random.nextInt(text.length()), piece);
        case 3 -> text.setCharAt(at, (char) random.nextInt(256));
        case 4 -> text.setCharAt(at, Character.toUpperCase((char) (text.charAt(at) & 0x7f)));
        default -> insertToken(text, random);
      }
      if (text.length() == 0) {
        text.append(' ');
      }
    }
    return text.toString();
  }

  /** Mostly where a member may stand, so that many bodies stay JSON. */
  private static void insertToken(StringBuilder text, Random random) {
    String token = TOKENS.get(random.nextInt(TOKENS.size()));
    int at = random.nextInt(text.length());
    if (random.nextInt(3) > 0) {
      int brace = text.indexOf(token.startsWith(",") ? "}" : "{", at);
      at = brace < 0 ? at : token.startsWith(",") ? brace : brace + 1;
    }
    text.insert(at, token);
  }

  private static @Nullable RpcCalls readOrNull(byte[] body) {
    try {
      return RpcCalls.read(body, LenientReader.ARGUMENTS);
    } catch (AuthException e) {
      return null;
    }
  }
}
