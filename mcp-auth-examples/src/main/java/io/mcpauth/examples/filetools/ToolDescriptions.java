package io.mcpauth.examples.filetools;

import io.modelcontextprotocol.spec.McpSchema.Tool;
import io.modelcontextprotocol.spec.McpSchema.ToolAnnotations;
import java.util.List;
import java.util.Map;

/** The tools as a client sees them: names, words, schemas and hints. */
final class ToolDescriptions {

  private static final Map<String, Object> DIRECTORY =
      string("Directory relative to the root, such as notes; the root itself when left out");
  private static final Map<String, Object> FILE =
      string("File relative to the root, such as notes/todo.txt");
  private static final Map<String, Object> CONTENT = string("The whole new text of the file");

  static final Tool ABOUT =
      Tool.builder("about", schema(Map.of(), List.of()))
          .title("About this server")
          .description("Says what this server is for and how much of it needs a login.")
          .annotations(reading())
          .build();

  static final Tool LIST_FILES =
      Tool.builder("list_files", schema(Map.of("path", DIRECTORY), List.of()))
          .title("List files")
          .description(
              "Lists a directory, one entry a line: files with their size in bytes, directories"
                  + " with a trailing slash. Shows at most "
                  + FileRoot.LIST_LIMIT
                  + " entries.")
          .annotations(reading())
          .build();

  static final Tool READ_FILE =
      Tool.builder("read_file", schema(Map.of("path", FILE), List.of("path")))
          .title("Read a file")
          .description("Returns the text of a UTF-8 file of at most 1 MiB.")
          .annotations(reading())
          .build();

  static final Tool WRITE_FILE =
      Tool.builder(
              "write_file",
              schema(Map.of("path", FILE, "content", CONTENT), List.of("path", "content")))
          .title("Write a file")
          .description(
              "Creates a text file of at most 1 MiB, or replaces its whole content. The directory"
                  + " must exist.")
          .annotations(changing())
          .build();

  static final Tool DELETE_FILE =
      Tool.builder("delete_file", schema(Map.of("path", FILE), List.of("path")))
          .title("Delete a file")
          .description("Deletes a file for good. Directories cannot be deleted.")
          .annotations(changing())
          .build();

  private ToolDescriptions() {}

  private static Map<String, Object> string(String description) {
    return Map.of("type", "string", "description", description);
  }

  private static Map<String, Object> schema(Map<String, Object> properties, List<String> required) {
    return Map.of(
        "type",
        "object",
        "properties",
        properties,
        "required",
        required,
        "additionalProperties",
        false);
  }

  private static ToolAnnotations reading() {
    return ToolAnnotations.builder()
        .readOnlyHint(true)
        .destructiveHint(false)
        .idempotentHint(true)
        .openWorldHint(false)
        .build();
  }

  private static ToolAnnotations changing() {
    return ToolAnnotations.builder()
        .readOnlyHint(false)
        .destructiveHint(true)
        .idempotentHint(true)
        .openWorldHint(false)
        .build();
  }
}
