package com.example.notes;

import io.mcpauth.policy.RequiresScopes;
import io.mcpauth.token.McpPrincipal;
import io.modelcontextprotocol.common.McpTransportContext;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.ai.mcp.annotation.McpTool;
import org.springframework.ai.mcp.annotation.McpToolParam;
import org.springframework.stereotype.Component;

@Component
public class Notes {
  private final Map<String, List<String>> notes = new ConcurrentHashMap<>();

  @McpTool(name = "read_notes", description = "Reads your notes.")
  @RequiresScopes("notes:read")
  public String read(McpTransportContext context) {
    McpPrincipal caller = McpPrincipal.fromContext(context::get);
    return "Notes of " + caller.subject() + ": " + of(caller);
  }

  @McpTool(name = "write_note", description = "Writes a note.")
  @RequiresScopes("notes:write")
  public String write(
      McpTransportContext context, @McpToolParam(description = "What it says") String text) {
    of(McpPrincipal.fromContext(context::get)).add(text);
    return "Written.";
  }

  /** A name is issuer and subject: the same subject at another issuer is another user. */
  private List<String> of(McpPrincipal caller) {
    return notes.computeIfAbsent(caller.getName(), name -> new CopyOnWriteArrayList<>());
  }
}
