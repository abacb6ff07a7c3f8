package com.example.notes;

import static org.hamcrest.Matchers.containsString;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import io.mcpauth.ResourceServer;
import io.mcpauth.servlet.spring.GuardedMockMvc;
import io.mcpauth.testing.TestIssuer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.request.MockHttpServletRequestBuilder;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.context.WebApplicationContext;

@SpringBootTest(properties = "spring.ai.mcp.server.protocol=STATELESS")
class NotesTest {
  @TestConfiguration
  static class Issuing {
    @Bean
    TestIssuer testIssuer() {
      return TestIssuer.start();
    }
  }

  @Value("${mcp.auth.resource}")
  String resource;

  @Autowired WebApplicationContext context;
  @Autowired ResourceServer server;
  @Autowired TestIssuer testIssuer;
  MockMvc mvc;

  @BeforeEach
  void guard() {
    mvc = MockMvcBuilders.webAppContextSetup(context).apply(GuardedMockMvc.by(server)).build();
  }

  MockHttpServletRequestBuilder call(String tool) {
    return post("/mcp")
        .contentType(MediaType.APPLICATION_JSON)
        .accept(MediaType.APPLICATION_JSON, MediaType.TEXT_EVENT_STREAM)
        .content(
            """
            {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params":
              {"name": "%s", "arguments": {"text": "rain"}}}
            """
                .formatted(tool));
  }

  TestIssuer.Token reader() {
    return testIssuer.token(resource).scopes("notes:read");
  }

  @Test
  void strangerIsAskedToLogIn() throws Exception {
    mvc.perform(call("read_notes"))
        .andExpect(status().isUnauthorized())
        .andExpect(header().string("WWW-Authenticate", containsString("resource_metadata")));
  }

  @Test
  void readerReads() throws Exception {
    mvc.perform(call("read_notes").with(GuardedMockMvc.bearer(reader())))
        .andExpect(status().isOk())
        .andExpect(content().string(containsString("Notes of alice")));
  }

  @Test
  void readerDoesNotWrite() throws Exception {
    mvc.perform(call("write_note").with(GuardedMockMvc.bearer(reader())))
        .andExpect(status().isForbidden())
        .andExpect(header().string("WWW-Authenticate", containsString("notes:write")));
  }
}
