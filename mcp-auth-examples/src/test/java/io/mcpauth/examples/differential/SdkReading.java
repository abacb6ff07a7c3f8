package io.mcpauth.examples.differential;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpSchema;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a server of the SDK finds in a body, found with the SDK's own code.
 *
 * @param method the method, or null for a response
 * @param request whether it is a request, which is what a tool runs for
 * @param target the tool, prompt or resource
 * @param arguments what the tool or prompt gets
 */
record SdkReading(
    @Nullable String method,
    boolean request,
    @Nullable String target,
    Map<String, Object> arguments) {
  private static final TypeRef<McpSchema.CallToolRequest> CALL = new TypeRef<>() {};
  private static final TypeRef<McpSchema.GetPromptRequest> PROMPT = new TypeRef<>() {};
  private static final TypeRef<McpSchema.ReadResourceRequest> RESOURCE = new TypeRef<>() {};

  /** The reading, or null where the server fails before it could run anything. */
  static @Nullable SdkReading of(McpJsonMapper json, byte[] body) {
    try {
      McpSchema.JSONRPCMessage message =
          McpSchema.deserializeJsonRpcMessage(json, new String(body, UTF_8));
      if (message instanceof McpSchema.JSONRPCRequest request) {
        return of(json, request.method(), true, request.params());
      }
      return message instanceof McpSchema.JSONRPCNotification notification
          ? of(json, notification.method(), false, notification.params())
          : new SdkReading(null, false, null, Map.of());
    } catch (IOException | RuntimeException e) {
      return null; // the transport answers 400 or 500
    }
  }

  /** The tool that a server with these tools runs for it, or null. */
  @Nullable ToolRun run() {
    return request && "tools/call".equals(method) && GuardedTools.NAMES.contains(target)
        ? new ToolRun(String.valueOf(target), arguments)
        : null;
  }

  private static SdkReading of(
      McpJsonMapper json, String method, boolean request, @Nullable Object params) {
    return switch (method) {
      case "tools/call" -> {
        McpSchema.CallToolRequest call = json.convertValue(params, CALL);
        yield new SdkReading(method, request, call.name(), orNone(call.arguments()));
      }
      case "prompts/get" -> {
        McpSchema.GetPromptRequest get = json.convertValue(params, PROMPT);
        yield new SdkReading(method, request, get.name(), orNone(get.arguments()));
      }
      case "resources/read" -> {
        McpSchema.ReadResourceRequest read = json.convertValue(params, RESOURCE);
        yield new SdkReading(method, request, read.uri(), Map.of());
      }
      default -> new SdkReading(method, request, null, Map.of());
    };
  }

  private static Map<String, Object> orNone(@Nullable Map<String, Object> arguments) {
    return Objects.requireNonNullElse(arguments, Map.of());
  }
}
