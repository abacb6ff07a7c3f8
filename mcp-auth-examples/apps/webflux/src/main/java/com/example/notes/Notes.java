package com.example.notes;

import io.mcpauth.token.McpPrincipal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** An MCP server by hand, with two tools: everybody has notes of his own. */
@SpringBootApplication
@RestController
public class Notes {
  private final Map<String, List<String>> notes = new ConcurrentHashMap<>();

  public static void main(String[] args) {
    SpringApplication.run(Notes.class, args);
  }

  @PostMapping("/mcp")
  ResponseEntity<?> mcp(@RequestBody Map<String, Object> message, McpPrincipal caller) {
    if (!message.containsKey("id")) {
      return ResponseEntity.accepted().build(); // a notification
    }
    Object result =
        switch (String.valueOf(message.get("method"))) {
          case "initialize" ->
              Map.of(
                  "protocolVersion", "2025-11-25",
                  "capabilities", Map.of("tools", Map.of()),
                  "serverInfo", Map.of("name", "notes", "version", "1"));
          case "tools/list" -> Map.of("tools", List.of(tool("read_notes"), tool("write_note")));
          case "tools/call" -> call((Map<?, ?>) message.get("params"), caller);
          default -> Map.of(); // ping
        };
    return ResponseEntity.ok(Map.of("jsonrpc", "2.0", "id", message.get("id"), "result", result));
  }

  private static Map<String, Object> tool(String name) {
    Map<String, Object> schema =
        name.equals("write_note")
            ? Map.of(
                "type", "object",
                "properties", Map.of("text", Map.of("type", "string")),
                "required", List.of("text"))
            : Map.of("type", "object");
    return Map.of("name", name, "inputSchema", schema);
  }

  private Map<String, Object> call(Map<?, ?> params, McpPrincipal caller) {
    // A name is issuer and subject: the same subject at another issuer is another user.
    List<String> own =
        notes.computeIfAbsent(caller.getName(), name -> new CopyOnWriteArrayList<>());
    if (params.get("name").equals("write_note")
        && params.get("arguments") instanceof Map<?, ?> arguments
        && arguments.get("text") instanceof String text) {
      own.add(text);
    }
    String answer = "Notes of " + caller.subject() + ": " + String.join(", ", own);
    return Map.of("content", List.of(Map.of("type", "text", "text", answer)));
  }
}
