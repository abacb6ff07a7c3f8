package io.mcpauth.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every page of the documentation can be found from its map, and no link leads nowhere. */
class DocsMapTest {
  private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
  private static final Path DOCS = PROJECT.resolve("docs");
  private static final Path MAP = DOCS.resolve("README.md");
  private static final Pattern CODE =
      Pattern.compile("(?ms)^ *```.*?^ *```|(?m)^ {4}.*$|`[^`\n]*`");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");

  @Test
  void everyPage_isOnTheMapOrBelowAPageThatIs() throws IOException {
    Set<Path> direct = new HashSet<>(linked(MAP));
    assertThat(pages(DOCS, 1)).filteredOn(page -> !page.equals(MAP)).isSubsetOf(direct);
    Set<Path> found = new TreeSet<>();
    Deque<Path> next = new ArrayDeque<>(List.of(MAP));
    while (!next.isEmpty()) {
      Path page = next.pop();
      if (page.startsWith(DOCS) && page.toString().endsWith(".md") && found.add(page)) {
        next.addAll(linked(page));
      }
    }
    assertThat(found).containsExactlyElementsOf(new TreeSet<>(pages(DOCS, 3)));
  }

  @Test
  void everyLink_leadsToAFileAndAHeadingThatAreThere() throws IOException {
    List<String> broken = new ArrayList<>();
    int links = 0;
    for (Path page : documents()) {
      for (String link : links(page)) {
        links++;
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
        if (!Files.exists(target)) {
          broken.add(PROJECT.relativize(page) + ": " + link);
        } else if (parts.length == 2 && !anchors(target).contains(parts[1])) {
          broken.add(PROJECT.relativize(page) + ": " + link + " (no such heading)");
        }
      }
    }
    assertThat(broken).isEmpty();
    assertThat(links).isGreaterThan(300);
  }

  private static List<Path> documents() throws IOException {
    List<Path> documents = new ArrayList<>(pages(PROJECT, 1));
    documents.addAll(pages(DOCS, 3));
    for (String directory :
        List.of("interop", "containers", "bench", "soak", "mcp-auth-examples/apps")) {
      try (Stream<Path> files = Files.walk(PROJECT.resolve(directory), 3)) {
        files
            .filter(file -> file.endsWith("README.md") && !file.toString().contains("node_modules"))
            .forEach(documents::add);
      }
    }
    return documents;
  }

  private static List<Path> pages(Path directory, int depth) throws IOException {
    try (Stream<Path> files = Files.walk(directory, depth)) {
      return files.filter(file -> file.toString().endsWith(".md")).toList();
    }
  }

  private static List<Path> linked(Path page) throws IOException {
    return links(page).stream()
        .map(link -> link.split("#", 2)[0])
        .filter(link -> !link.isEmpty())
        .map(link -> page.resolveSibling(link).normalize())
        .toList();
  }

  /** Those within the project. */
  private static List<String> links(Path page) throws IOException {
    return LINK.matcher(CODE.matcher(Files.readString(page)).replaceAll("`code`"))
        .results()
        .map(link -> link.group(1))
        .filter(link -> !link.matches("[a-z]+:.*"))
        .toList();
  }

  /** As GitHub makes them of headings. */
  private static Set<String> anchors(Path page) throws IOException {
    String text =
        Pattern.compile("(?ms)^ *```.*?^ *```").matcher(Files.readString(page)).replaceAll("");
    Set<String> anchors = new HashSet<>();
    for (MatchResult heading : HEADING.matcher(text).results().toList()) {
      String name =
          heading
              .group(1)
              .strip()
              .replaceAll("\\[([^]]*)\\]\\([^)]*\\)", "$1")
              .toLowerCase(Locale.ROOT)
              .replaceAll("[^\\p{L}\\p{N} _-]", "")
              .replace(' ', '-');
      String anchor = name;
      for (int again = 1; !anchors.add(anchor); again++) {
        anchor = name + "-" + again;
      }
    }
    return anchors;
  }
}
