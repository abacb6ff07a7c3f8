package io.mcpauth.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.AccessDecision;
import io.mcpauth.RequestStub;
import io.mcpauth.ResourceServer;
import io.mcpauth.ShownCode;
import io.mcpauth.policy.ToolPolicy;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds the page about the providers to their table, and runs its code. */
class ProvidersPageTest {
  private static final Path PAGE = Path.of("..", "docs", "providers.md");
  private static final Pattern HEADING = Pattern.compile("(?m)^### (.+)$");
  private static final Pattern OWN_PROFILE =
      Pattern.compile("## A provider that is not in the table\n(.*?)\n## ", Pattern.DOTALL);
  private static final Pattern OWN_VERIFIER =
      Pattern.compile("## A provider whose tokens you verify\n(.*?)\n## ", Pattern.DOTALL);
  private static final Pattern ASKED =
      Pattern.compile("## Tokens that have to be asked about\n(.*?)\n## ", Pattern.DOTALL);
  private static final Pattern CODE = Pattern.compile("```java\n(.*?)\n```", Pattern.DOTALL);
  private static final Path PAGES = Path.of("..", "docs", "providers");
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| \\[`([a-z0-9-]+)`\\]\\(([^)]+)\\) \\|");

  @Test
  void everyProfile_hasASectionAndARowInTheOrderOfTheTable() throws IOException {
    assertThat(sections().keySet()).containsExactlyElementsOf(ProviderProfile.names());
    assertThat(ROW.matcher(Files.readString(PAGE)).results().map(row -> row.group(1)))
        .containsExactlyElementsOf(ProviderProfile.names());
  }

  /** What is not a page of its own is a section, and each leads to where it is. */
  @Test
  void name_leadsToItsPageOrSection() throws IOException {
    ROW.matcher(Files.readString(PAGE))
        .results()
        .forEach(
            row ->
                assertThat(row.group(2))
                    .isEqualTo(
                        Files.exists(page(row.group(1)))
                            ? "providers/" + row.group(1) + ".md"
                            : "#" + row.group(1)));
  }

  @Test
  void unverified_isSaidWhereTheRowIsNotConfirmed() throws IOException {
    sections()
        .forEach(
            (name, section) ->
                assertThat(section.toLowerCase(java.util.Locale.ROOT).contains("unverified"))
                    .as("'unverified' in the section of %s", name)
                    .isEqualTo(!ProviderProfile.named(name).confirmed()));
  }

  /** An operator who searches for what the log says has to end up in the right section. */
  @Test
  void remedyInTheLog_standsInItsSection() throws IOException {
    sections()
        .forEach(
            (name, section) ->
                assertThat(section.replaceAll("\\s+", " "))
                    .as("section of %s", name)
                    .contains(ProviderProfile.named(name).remedy()));
  }

  @Test
  void codeOfASection_makesAServerOfItsProfile(@TempDir Path directory) throws Exception {
    Map<String, String> sections = sections();
    try (URLClassLoader loader = compiled(directory, sections)) {
      for (String name : sections.keySet()) {
        Object server = loader.loadClass("Page").getMethod(method(name)).invoke(null);
        assertThat(server).isInstanceOf(AuthorizationServer.class);
        assertThat(((AuthorizationServer) server).profile().name()).isEqualTo(name);
      }
    }
  }

  @Test
  void codeForAnotherProvider_makesAServerWithAProfileOfItsOwn(@TempDir Path directory)
      throws Exception {
    Matcher section = OWN_PROFILE.matcher(Files.readString(PAGE));
    assertThat(section.find()).isTrue();
    try (URLClassLoader loader = compiled(directory, Map.of("own", section.group(1)))) {
      Object server = loader.loadClass("Page").getMethod("own").invoke(null);
      assertThat(server)
          .isInstanceOfSatisfying(
              AuthorizationServer.class,
              own -> {
                assertThat(own.profile().name()).isEqualTo("acme-id");
                assertThat(own.profile().scopeClaims()).containsExactly("permissions");
              });
    }
  }

  @Test
  void codeOfAVerifier_grantsWhatItVouchesFor(@TempDir Path directory) throws Exception {
    Matcher section = OWN_VERIFIER.matcher(Files.readString(PAGE));
    assertThat(section.find()).isTrue();
    try (URLClassLoader loader = compiled(directory, Map.of("verified", section.group(1)))) {
      AuthorizationServer server =
          (AuthorizationServer) loader.loadClass("Page").getMethod("verified").invoke(null);
      try (ResourceServer resource =
          ResourceServer.builder(
                  "https://mcp.example.com/mcp",
                  server,
                  ToolPolicy.builder().baseScopes("mcp").build())
              .build()) {
        RequestStub request = RequestStub.of("GET").bearer("opaque-1");
        assertThat(resource.decide(request)).isInstanceOf(AccessDecision.Refused.class);
        assertThat(resource.decide(request.header("X-Tenant", "one")))
            .isInstanceOf(AccessDecision.Granted.class);
        assertThat(resource.keptVerdicts()).containsValue(1L);
      }
    }
  }

  @Test
  void codeOfTokensThatAreAskedAbout_makesAServerThatIsAsked(@TempDir Path directory)
      throws Exception {
    Matcher section = ASKED.matcher(Files.readString(PAGE));
    assertThat(section.find()).isTrue();
    try (URLClassLoader loader = compiled(directory, Map.of("asked", section.group(1)))) {
      AuthorizationServer server =
          (AuthorizationServer) loader.loadClass("Page").getMethod("asked").invoke(null);
      Introspection how = server.introspection();
      assertThat(how).isNotNull();
      assertThat(how.keptFor()).hasSeconds(30);
      assertThat(how.mostASecond()).isEqualTo(50);
      assertThat(server.verifiesJwts()).isFalse();
    }
  }

  @Test
  void tableOfTheBuilder_namesEveryMethodOfIt() throws IOException {
    Matcher section = OWN_PROFILE.matcher(Files.readString(PAGE));
    assertThat(section.find()).isTrue();
    for (Method method : ProviderProfile.Builder.class.getDeclaredMethods()) {
      if (Modifier.isPublic(method.getModifiers()) && !method.getName().equals("build")) {
        assertThat(section.group(1)).containsPattern("\\| .*`" + method.getName() + "\\(");
      }
    }
  }

  private static URLClassLoader compiled(Path directory, Map<String, String> sections)
      throws IOException {
    StringBuilder code =
        new StringBuilder(
            "import io.mcpauth.client.*;\n"
                + "import io.mcpauth.error.*;\n"
                + "import io.mcpauth.token.*;\n"
                + "import java.time.*;\n"
                + "import java.util.*;\n"
                + "public class Page {\n");
    sections.forEach((name, section) -> code.append(methodOf(name, section)));
    Path source = directory.resolve("Page.java");
    Files.writeString(source, code.append("}\n"));
    return ShownCode.compiled(directory, source);
  }

  private static String methodOf(String name, String section) {
    List<String> snippets = CODE.matcher(section).results().map(code -> code.group(1)).toList();
    assertThat(snippets).as("code of %s", name).hasSize(1);
    return "  public static AuthorizationServer "
        + method(name)
        + "() {\n"
        + snippets.get(0)
        + "\n    return server;\n  }\n";
  }

  private static String method(String name) {
    return name.replace('-', '_');
  }

  private static Path page(String name) {
    return PAGES.resolve(name + ".md");
  }

  /** Those of the page, and between them the pages of providers that have one, in one order. */
  private static Map<String, String> sections() throws IOException {
    String page = Files.readString(PAGE);
    Map<String, String> own = new LinkedHashMap<>();
    Matcher heading = HEADING.matcher(page);
    boolean more = heading.find();
    while (more) {
      String name = heading.group(1);
      int start = heading.end();
      more = heading.find();
      own.put(name, page.substring(start, more ? heading.start() : page.length()));
    }
    Map<String, String> sections = new LinkedHashMap<>();
    Iterator<Map.Entry<String, String>> rest = own.entrySet().iterator();
    for (String name : ProviderProfile.names()) {
      if (Files.exists(page(name))) {
        assertThat(own).as("one place for each").doesNotContainKey(name);
        sections.put(name, Files.readString(page(name)));
      } else if (rest.hasNext()) {
        Map.Entry<String, String> next = rest.next();
        sections.put(next.getKey(), next.getValue());
      }
    }
    rest.forEachRemaining(surplus -> sections.put(surplus.getKey(), surplus.getValue()));
    return sections;
  }
}
