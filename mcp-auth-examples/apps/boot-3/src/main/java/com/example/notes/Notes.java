package com.example.notes;

import io.mcpauth.policy.RequiresScopes;
import io.mcpauth.token.McpPrincipal;
import io.modelcontextprotocol.common.McpTransportContext;
import org.springaicommunity.mcp.annotation.McpTool;
import org.springaicommunity.mcp.annotation.McpToolParam;
import org.springframework.stereotype.Component;

@Component
public class Notes {
  @McpTool(name = "read_note", description = "Reads a note.")
  @RequiresScopes("notes:read")
  public String read(
      McpTransportContext context, @McpToolParam(description = "Which note") String name) {
    McpPrincipal caller = McpPrincipal.fromContext(context::get);
    return "The note " + name + " of " + caller.subject();
  }

  @McpTool(name = "write_note", description = "Writes a note.")
  @RequiresScopes("notes:write")
  public String write(
      McpTransportContext context,
      @McpToolParam(description = "Which note") String name,
      @McpToolParam(description = "What it says") String text) {
    return "Written: " + name;
  }
}
