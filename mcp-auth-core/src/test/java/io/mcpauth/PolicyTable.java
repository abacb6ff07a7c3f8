package io.mcpauth;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mcpauth.policy.Scheme;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One file of {@code policy-table}; its README says how they are written. A line that cannot be
 * understood stops the test: none is passed over.
 *
 * @param file its name
 * @param policy the policy as JSON
 * @param serverTools the tools that the server says it has; null where it says nothing
 * @param rows every row
 */
record PolicyTable(String file, String policy, @Nullable List<String> serverTools, List<Row> rows) {
  private static final Pattern CALLER =
      Pattern.compile(
          "(\\w+): (Bearer|DPoP|Basic|ApiKey|Session)(?:, scopes ([^,{]+))?(?:, client ([^,{]+))?"
              + "(?:, claims (\\{.*\\}))?");
  private static final String SERVER_HAS = "server has ";

  /**
   * Who calls.
   *
   * @param name how the rows call it
   * @param scheme null for nobody, who has no credential
   * @param scopes those of its token
   * @param client its id
   * @param claims further claims, a JSON object
   */
  record Caller(
      String name, @Nullable Scheme scheme, List<String> scopes, String client, String claims) {}

  /**
   * A line: who calls what, and the answer.
   *
   * @param place file and line
   * @param caller who
   * @param call what, as {@link TableCall} reads it
   * @param answer as {@link TableAnswer} writes it
   * @param rule which rule refuses, or which rules the call falls under; null where it is not said
   */
  record Row(String place, Caller caller, String call, String answer, @Nullable String rule) {
    @Override
    public String toString() {
      return place + ": " + caller.name() + " | " + call + " -> " + answer;
    }
  }

  static PolicyTable read(Path file) {
    try {
      return new Reader(String.valueOf(file.getFileName())).read(Files.readString(file, UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Goes through the parts of a file: title, words, policy, callers, rows. */
  private static final class Reader {
    private enum Part {
      WORDS,
      POLICY,
      CALLERS,
      ROWS
    }

    private final String file;
    private final StringBuilder policy = new StringBuilder();
    private final Map<String, Caller> callers = new LinkedHashMap<>();
    private final List<Row> rows = new ArrayList<>();
    private final Map<String, String> seen = new LinkedHashMap<>();
    private @Nullable List<String> serverTools;
    private int line;

    Reader(String file) {
      this.file = file;
    }

    PolicyTable read(String text) {
      Part part = Part.WORDS;
      for (String written : text.split("\n", -1)) {
        line++;
        if (written.equals("policy") || written.equals("callers")) {
          part = written.equals("policy") ? Part.POLICY : Part.CALLERS;
        } else if (part == Part.CALLERS && written.startsWith("caller ")) {
          part = Part.ROWS;
        } else if (part == Part.POLICY) {
          policy.append(written).append('\n');
        } else if (part != Part.WORDS && !written.isBlank() && !written.startsWith("#")) {
          read(part, written);
        }
      }
      callers.values().forEach(this::requireUsed);
      if (part != Part.ROWS || rows.isEmpty()) {
        throw problem("no rows");
      }
      return new PolicyTable(file, policy.toString(), serverTools, rows);
    }

    private void read(Part part, String written) {
      if (part == Part.ROWS) {
        readRow(written);
      } else if (written.startsWith(SERVER_HAS)) {
        serverTools = List.of(written.substring(SERVER_HAS.length()).split(" ", -1));
      } else {
        readCaller(written);
      }
    }

    private void readCaller(String written) {
      Caller caller = new Caller("nobody", null, List.of(), "", "{}");
      if (!written.equals("nobody")) {
        Matcher parts = CALLER.matcher(written);
        if (!parts.matches()) {
          throw problem("no caller");
        }
        String scopes = parts.group(3);
        String client = parts.group(4);
        String claims = parts.group(5);
        caller =
            new Caller(
                parts.group(1),
                scheme(parts.group(2)),
                scopes == null ? List.of() : List.of(scopes.split(" ", -1)),
                client == null ? "app" : client,
                claims == null ? "{}" : claims);
      }
      if (callers.putIfAbsent(caller.name(), caller) != null) {
        throw problem("a caller twice");
      }
    }

    private static Scheme scheme(String wire) {
      return Arrays.stream(Scheme.values())
          .filter(scheme -> scheme.wire().equals(wire))
          .findFirst()
          .orElseThrow();
    }

    private void readRow(String written) {
      String[] cells = written.strip().split("\\s+\\|\\s+", -1);
      Caller caller = callers.get(cells[0]);
      if (cells.length < 3 || cells.length > 4 || caller == null) {
        throw problem("no row of a known caller: caller | call | answer | rule");
      }
      String before = seen.put(cells[0] + " | " + cells[1], file + ":" + line);
      if (before != null) {
        throw problem("the same as " + before);
      }
      String rule = cells.length == 4 ? cells[3] : null;
      rows.add(new Row(file + ":" + line, caller, cells[1], cells[2], rule));
    }

    private void requireUsed(Caller caller) {
      if (rows.stream().noneMatch(row -> row.caller().equals(caller))) {
        throw problem("caller '" + caller.name() + "' has no row");
      }
    }

    private IllegalArgumentException problem(String what) {
      return new IllegalArgumentException(file + ":" + line + ": " + what);
    }
  }
}
