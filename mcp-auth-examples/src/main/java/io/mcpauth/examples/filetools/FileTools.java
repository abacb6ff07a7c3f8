package io.mcpauth.examples.filetools;

import io.mcpauth.examples.filetools.FileRefusedException.Reason;
import io.mcpauth.token.McpPrincipal;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;

/** The tools: what they do with their arguments, and who did what in the log. */
final class FileTools {

  private final FileRoot root;
  private final Logger log;
  private final Predicate<String> open;

  /**
   * The tools on a directory.
   *
   * @param open whether a tool may be called without a login
   */
  FileTools(FileRoot root, Logger log, Predicate<String> open) {
    this.root = root;
    this.log = log;
    this.open = open;
  }

  List<SyncToolSpecification> specifications() {
    return List.of(
        specification(ToolDescriptions.ABOUT, this::about),
        specification(ToolDescriptions.LIST_FILES, this::list),
        specification(ToolDescriptions.READ_FILE, this::read),
        specification(ToolDescriptions.WRITE_FILE, this::write),
        specification(ToolDescriptions.DELETE_FILE, this::delete));
  }

  private SyncToolSpecification specification(Tool tool, Work work) {
    return SyncToolSpecification.builder()
        .tool(tool)
        .callHandler((exchange, request) -> call(exchange.transportContext(), request, work))
        .build();
  }

  private CallToolResult call(McpTransportContext context, CallToolRequest request, Work work) {
    // Clients may leave the arguments out altogether.
    Map<String, Object> arguments = Objects.requireNonNullElse(request.arguments(), Map.of());
    String path = arguments.get("path") instanceof String given ? given : "";
    String what = caller(context) + " called " + request.name();
    what += path.isEmpty() ? "" : " on '" + PrintableText.of(path) + "'";
    try {
      String answer = work.on(path, arguments);
      log.info("{}", what);
      return CallToolResult.builder().addTextContent(answer).build();
    } catch (FileRefusedException e) {
      log.info("{}: {}", what, e.reason());
      if (e.reason() == Reason.FAILED) {
        log.warn("{} failed: {}", request.name(), PrintableText.of(String.valueOf(e.getCause())));
      }
      return failure(String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      // The SDK would send the message of the exception to the client.
      log.error("{} failed", what, e);
      return failure("The tool failed.");
    }
  }

  private static CallToolResult failure(String message) {
    return CallToolResult.builder().addTextContent(message).isError(true).build();
  }

  /** Not its name, which holds the subject: a personal thing that a log need not have. */
  private static String caller(McpTransportContext context) {
    McpPrincipal caller = McpPrincipal.fromContext(context::get);
    return caller == null ? "anonymous" : caller.toString();
  }

  private String about(String path, Map<String, Object> arguments) {
    List<String> names = specifications().stream().map(one -> one.tool().name()).toList();
    long locked = names.stream().filter(open.negate()).count();
    return "Lists, reads, writes and deletes the text files of one directory. Of its "
        + names.size()
        + " tools "
        + (locked == 0 ? "none needs a login." : locked + " need a login.");
  }

  private String list(String path, Map<String, Object> arguments) throws FileRefusedException {
    DirectoryListing listing = root.list(path);
    if (listing.entries().isEmpty()) {
      return "The directory is empty.";
    }
    String lines =
        listing.entries().stream().map(FileTools::line).collect(Collectors.joining("\n"));
    return listing.truncated()
        ? lines + "\n(There are more: only the first " + FileRoot.LIST_LIMIT + " are shown.)"
        : lines;
  }

  private static String line(FileEntry entry) {
    String name = PrintableText.of(entry.name());
    return switch (entry.kind()) {
      case FILE -> name + " (" + entry.size() + " bytes)";
      case DIRECTORY -> name + "/";
      case LINK -> name + " (symbolic link, not followed)";
      case SPECIAL -> name + " (special file, not readable)";
    };
  }

  private String read(String path, Map<String, Object> arguments) throws FileRefusedException {
    return root.read(path);
  }

  private String write(String path, Map<String, Object> arguments) throws FileRefusedException {
    // The schema requires it; without it the file would be emptied by a call that never meant to.
    if (!(arguments.get("content") instanceof String content)) {
      throw new FileRefusedException(Reason.NOT_TEXT, path);
    }
    return (root.write(path, content) ? "Created '" : "Replaced '") + PrintableText.of(path) + "'.";
  }

  private String delete(String path, Map<String, Object> arguments) throws FileRefusedException {
    root.delete(path);
    return "Deleted '" + PrintableText.of(path) + "'.";
  }

  /** What one tool does. */
  @FunctionalInterface
  private interface Work {
    String on(String path, Map<String, Object> arguments) throws FileRefusedException;
  }
}
