package io.mcpauth.containers;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The table container by behaviour, as text. */
final class ContainerTable {
  static final String YES = "yes";
  static final String IN_PART = "in part";
  static final String NO = "NO";
  static final String NOT_RUN = "not run";

  /** A reference to a note below the table. */
  private static final String NOTE = " \\[\\d+]";

  private final Map<ContainerRow, Map<Behaviour, String>> cells = new EnumMap<>(ContainerRow.class);

  void put(ContainerRow row, Behaviour behaviour, boolean held) {
    cells
        .computeIfAbsent(row, key -> new EnumMap<>(Behaviour.class))
        .put(behaviour, held ? good(row, behaviour) : NO);
  }

  /** What a cell has where everything is as it is known to be. */
  static String good(ContainerRow row, Behaviour behaviour) {
    return row.ways().limit(behaviour) ? IN_PART : YES;
  }

  private String cell(ContainerRow row, Behaviour behaviour) {
    return cells.getOrDefault(row, Map.of()).getOrDefault(behaviour, NOT_RUN);
  }

  boolean ran(ContainerRow row) {
    return cells.containsKey(row);
  }

  static String head() {
    StringBuilder line = new StringBuilder("| container |");
    for (Behaviour behaviour : Behaviour.values()) {
      line.append(' ').append(behaviour.heading()).append(" |");
    }
    return line.toString();
  }

  static String ruler() {
    return "|---" + "|---".repeat(Behaviour.values().length) + "|";
  }

  String line(ContainerRow row) {
    StringBuilder line = new StringBuilder("| " + row.title() + " |");
    for (Behaviour behaviour : Behaviour.values()) {
      line.append(' ').append(cell(row, behaviour)).append(" |");
    }
    return line.toString();
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>(List.of(head(), ruler()));
    for (ContainerRow row : ContainerRow.values()) {
      lines.add(line(row));
    }
    return lines;
  }

  /** The lines of the table in a page, from its head to the line that is none. */
  static List<String> of(String page) {
    List<String> lines = page.lines().toList();
    int start = lines.indexOf(head());
    if (start < 0) {
      return List.of();
    }
    return lines.subList(start, lines.size()).stream()
        .takeWhile(line -> line.startsWith("|"))
        .toList();
  }

  static String withoutNotes(String line) {
    return line.replaceAll(NOTE, "");
  }
}
