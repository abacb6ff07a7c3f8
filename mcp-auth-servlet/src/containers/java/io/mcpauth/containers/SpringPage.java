package io.mcpauth.containers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What {@code docs/spring.md} has an application made of.
 *
 * @param sources its classes
 * @param security what it has besides where Spring Security is
 * @param others the chain for the rest, which replaces that of Boot
 * @param properties its first {@code application.properties}
 * @param policy the document beside it
 */
record SpringPage(
    List<Source> sources, List<Source> security, Source others, String properties, String policy) {
  /** The class with {@code main}. */
  static final String MAIN = "com.example.notes.Application";

  private static final Path PAGE = Path.of("..", "docs", "spring.md");
  private static final Pattern CLASS = Pattern.compile("public class (\\w+)");

  /** A tool that nobody thought of, in the application where its profile is on. */
  private static final Source FORGOTTEN =
      new Source(
          "Forgotten.java",
          """
          package com.example.notes;

          import org.springframework.ai.mcp.annotation.McpTool;
          import org.springframework.context.annotation.Profile;
          import org.springframework.stereotype.Component;

          @Component
          @Profile("forgotten")
          class Forgotten {
            @McpTool(name = "delete_all", description = "Deletes everything.")
            public String delete() {
              return "gone";
            }
          }
          """);

  /** A tool for everybody, and one of an object that is no bean, where their profile is on. */
  private static final Source OPEN =
      new Source(
          "Open.java",
          """
          package com.example.notes;

          import io.mcpauth.policy.RequiresScopes;
          import org.springframework.ai.mcp.annotation.McpTool;
          import org.springframework.ai.tool.ToolCallbackProvider;
          import org.springframework.ai.tool.annotation.Tool;
          import org.springframework.ai.tool.method.MethodToolCallbackProvider;
          import org.springframework.context.annotation.Bean;
          import org.springframework.context.annotation.Configuration;
          import org.springframework.context.annotation.Profile;
          import org.springframework.stereotype.Component;

          @Component
          @Profile("open")
          class Open {
            @McpTool(name = "about", description = "Says what this server is.")
            @RequiresScopes(anonymous = true)
            public String about() {
              return "A server for notes";
            }

            static class Called {
              @Tool(name = "erase", description = "Erases all.")
              @RequiresScopes("notes:erase")
              public String erase(String text) {
                return "Erased: " + text;
              }
            }

            @Configuration
            @Profile("open")
            static class Callbacks {
              @Bean
              ToolCallbackProvider called() {
                return MethodToolCallbackProvider.builder().toolObjects(new Called()).build();
              }
            }
          }
          """);

  /** Tools that ask Spring Security, and a page that tells what is left of a call. */
  private static final Source SECURED =
      new Source(
          "Secured.java",
          """
          package com.example.notes;

          import io.mcpauth.policy.RequiresScopes;
          import org.springframework.ai.mcp.annotation.McpTool;
          import org.springframework.context.annotation.Configuration;
          import org.springframework.security.access.prepost.PreAuthorize;
          import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
          import org.springframework.security.core.Authentication;
          import org.springframework.security.core.context.SecurityContextHolder;
          import org.springframework.stereotype.Component;
          import org.springframework.web.bind.annotation.GetMapping;
          import org.springframework.web.bind.annotation.RestController;

          @Component
          public class Secured {
            @McpTool(name = "mine", description = "Says whose it is.")
            @RequiresScopes
            @PreAuthorize("hasAuthority('SCOPE_notes:read')")
            public String mine() {
              Authentication now = SecurityContextHolder.getContext().getAuthentication();
              return "It is of " + now.getName();
            }

            @Configuration
            @EnableMethodSecurity
            static class Methods {}

            @RestController
            static class After {
              @GetMapping({"/after", "/admin/after"})
              String after() {
                Authentication now = SecurityContextHolder.getContext().getAuthentication();
                return now == null ? "nobody is left" : "left: " + now;
              }
            }
          }
          """);

  /** A chain that no request for the MCP server is for; where its profile is on, for none. */
  private static final Source ELSEWHERE =
      new Source(
          "Elsewhere.java",
          """
          package com.example.notes;

          import jakarta.servlet.Filter;
          import org.springframework.beans.factory.annotation.Qualifier;
          import org.springframework.boot.web.servlet.FilterRegistrationBean;
          import org.springframework.context.annotation.Bean;
          import org.springframework.context.annotation.Configuration;
          import org.springframework.context.annotation.Profile;
          import org.springframework.security.config.annotation.web.builders.HttpSecurity;
          import org.springframework.security.web.SecurityFilterChain;

          @Configuration
          public class Elsewhere {
            @Bean
            SecurityFilterChain admin(HttpSecurity http) throws Exception {
              return http.securityMatcher("/admin/**")
                  .authorizeHttpRequests(requests -> requests.anyRequest().denyAll())
                  .build();
            }

            @Bean
            @Profile("unfiltered")
            FilterRegistrationBean<Filter> unfiltered(
                @Qualifier("springSecurityFilterChain") Filter chain) {
              FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>(chain);
              registration.setEnabled(false);
              return registration;
            }
          }
          """);

  /** A file of a class. */
  record Source(String name, String text) {}

  /** The class with {@code main} alone. */
  List<Source> main() {
    return sources.stream().filter(source -> source.name().equals("Application.java")).toList();
  }

  /** All of it, and in place of its chain one that is for other paths. */
  List<Source> withChainElsewhere() {
    return Stream.of(sources, List.of(SECURED, ELSEWHERE)).flatMap(List::stream).toList();
  }

  /** All of it, with both chains in place of that of Boot. */
  List<Source> withBothChains() {
    return Stream.of(sources, security, List.of(others)).flatMap(List::stream).toList();
  }

  static SpringPage read() throws IOException {
    String page = Files.readString(PAGE);
    List<Source> sources = new ArrayList<>(List.of(FORGOTTEN, OPEN));
    List<Source> security = new ArrayList<>(List.of(SECURED));
    Source others = null;
    for (String block : blocks(page, "java")) {
      Matcher named = CLASS.matcher(block);
      if (named.find()) {
        Source source = new Source(named.group(1) + ".java", block);
        if (source.name().equals("OtherPages.java")) {
          others = source;
        } else {
          (block.contains("springframework.security") ? security : sources).add(source);
        }
      }
    }
    return new SpringPage(
        sources,
        security,
        Objects.requireNonNull(others),
        blocks(page, "properties").get(0),
        blocks(page, "json").get(0));
  }

  private static List<String> blocks(String page, String language) {
    return Pattern.compile("(?s)```" + language + "\n(.*?)```")
        .matcher(page)
        .results()
        .map(found -> found.group(1))
        .toList();
  }
}
