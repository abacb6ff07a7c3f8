package io.mcpauth.examples.differential;

import io.mcpauth.error.AuthException;
import io.mcpauth.policy.RpcCalls;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Ways to read a body for the policy: the real one, and those that a careless guard has. */
enum BodyReader {
  STRICT,
  FIRST_OF_DUPLICATES,
  BLIND_TO_CASE,
  BLIND_TO_TYPES,
  LAST_OF_SEVERAL_TEXTS;

  private static final JsonMapper WRITER = JsonMapper.builder().build();

  /** The messages, or null where the body is refused. */
  @Nullable RpcCalls read(byte[] body) {
    try {
      return RpcCalls.read(understood(body), GuardedTools.POLICY.argumentNames());
    } catch (AuthException | JacksonException e) {
      return null;
    }
  }

  /** What this reader takes the body for, in a form without a second meaning. */
  private byte[] understood(byte[] body) {
    return switch (this) {
      case STRICT -> body;
      case FIRST_OF_DUPLICATES ->
          rewritten(new LooseJson(name -> name, true, value -> value), body, false);
      case BLIND_TO_CASE ->
          rewritten(
              new LooseJson(name -> name.toLowerCase(Locale.ROOT), false, value -> value),
              body,
              false);
      case BLIND_TO_TYPES ->
          rewritten(new LooseJson(name -> name, false, LooseJson::guessed), body, false);
      case LAST_OF_SEVERAL_TEXTS ->
          rewritten(new LooseJson(name -> name, false, value -> value), body, true);
    };
  }

  private static byte[] rewritten(LooseJson json, byte[] body, boolean last) {
    return WRITER.writeValueAsBytes(json.read(body, last));
  }
}
