package io.mcpauth.containers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code docs/spring.md} has an application made of.
 *
 * @param sources its classes
 * @param properties its first {@code application.properties}
 * @param policy the document beside it
 */
record SpringPage(List<Source> sources, String properties, String policy) {
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

  /** A file of a class. */
  record Source(String name, String text) {}

  static SpringPage read() throws IOException {
    String page = Files.readString(PAGE);
    List<Source> sources = new ArrayList<>(List.of(FORGOTTEN));
    for (String block : blocks(page, "java")) {
      Matcher named = CLASS.matcher(block);
      if (named.find()) {
        sources.add(new Source(named.group(1) + ".java", block));
      }
    }
    return new SpringPage(sources, blocks(page, "properties").get(0), blocks(page, "json").get(0));
  }

  private static List<String> blocks(String page, String language) {
    return Pattern.compile("(?s)```" + language + "\n(.*?)```")
        .matcher(page)
        .results()
        .map(found -> found.group(1))
        .toList();
  }
}
