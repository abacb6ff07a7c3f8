package com.example.notes;

import io.mcpauth.ResourceServer;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.token.AuthorizationServer;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration
class Protection {
  @Bean(destroyMethod = "close")
  ResourceServer resourceServer(
      @Value("${mcp.auth.resource}") String resource, @Value("${mcp.auth.issuer}") String issuer) {
    ToolPolicy policy =
        ToolPolicy.builder()
            .initialScopes("notes:read")
            .tool("read_notes", "notes:read")
            .tool("write_note", "notes:write")
            .build(); // a tool that is not named is refused
    return ResourceServer.builder(resource, AuthorizationServer.of(issuer), policy).build();
  }

  @Bean
  McpAuthWebFilter mcpAuthWebFilter(ResourceServer server) {
    return new McpAuthWebFilter(server);
  }
}
