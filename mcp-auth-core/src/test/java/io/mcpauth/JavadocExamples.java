package io.mcpauth;

import java.io.IOException;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The examples of the Javadoc, compiled as they stand. An example may use the variables of {@link
 * #VARIABLES} without saying where they come from. One that is a class has a file of its own; each
 * other is a method.
 */
final class JavadocExamples implements AutoCloseable {
  private static final Path SOURCES = Path.of("src", "main", "java");
  private static final Pattern EXAMPLE =
      Pattern.compile("<pre>\\{@code\n(.*?)\n *\\* \\}</pre>", Pattern.DOTALL);
  private static final Pattern CLASS = Pattern.compile("(?m)^public class (\\w+)");
  private static final Pattern DECLARED = Pattern.compile("(?m)^[A-Z][\\w<>, .]* (\\w+) =");

  private static final String IMPORTS =
      """
      import static java.nio.charset.StandardCharsets.UTF_8;
      import io.mcpauth.*;
      import io.mcpauth.access.*;
      import io.mcpauth.authserver.*;
      import io.mcpauth.client.*;
      import io.mcpauth.config.*;
      import io.mcpauth.discovery.*;
      import io.mcpauth.edge.*;
      import io.mcpauth.error.*;
      import io.mcpauth.issuer.*;
      import io.mcpauth.key.*;
      import io.mcpauth.metadata.*;
      import io.mcpauth.outbound.*;
      import io.mcpauth.pkce.*;
      import io.mcpauth.policy.*;
      import io.mcpauth.seal.*;
      import io.mcpauth.signals.*;
      import io.mcpauth.store.*;
      import io.mcpauth.testing.*;
      import io.mcpauth.token.*;
      import java.net.*;
      import java.nio.file.Path;
      import java.time.*;
      import java.util.*;
      import java.util.concurrent.*;
      import java.util.concurrent.atomic.*;
      import java.util.function.*;
      import javax.sql.DataSource;
      """;

  private static final String VARIABLES =
      """
      public static ResourceServerBuilder builder;
      public static ResourceServer server;
      public static ToolPolicy policy;
      public static McpPrincipal caller;
      public static Map<String, Map<String, Object>> logins = new HashMap<>();
      public static Store store;
      public static DataSource dataSource;
      public static Login login;
      public static Function<OAuthRequest, String> sessions;
      public static String secret = "a secret, and as long as one";
      public static List<String> wwwAuthenticate;
      public static DiscoveredMetadata provider;
      public static PendingAuthorization pending;
      public static URI redirectedTo;
      public static TokenClient client;
      public static TokenSet tokens;
      public static SubjectToken subjectToken;
      public static SealKeys keys;
      public static byte[] body;
      public static String codeChallenge;
      public static String codeChallengeMethod;
      public static String codeVerifier;
      public static Object result;
      """;

  private final Map<String, String> found = found();
  private final URLClassLoader loader;
  private final Class<?> examples;

  JavadocExamples(Path directory) throws Exception {
    StringBuilder source = new StringBuilder(IMPORTS + "public class Examples {\n" + VARIABLES);
    List<Path> files = new ArrayList<>();
    for (Map.Entry<String, String> example : found.entrySet()) {
      String code = example.getValue();
      Matcher named = CLASS.matcher(code);
      if (named.find()) {
        Path file = directory.resolve(named.group(1) + ".java");
        files.add(Files.writeString(file, IMPORTS + code));
      } else {
        source.append("public static void ").append(example.getKey());
        source.append("() throws Exception {\n").append(code);
        about(code).ifPresent(last -> source.append("\nresult = ").append(last).append(";"));
        source.append("\n}\n");
      }
    }
    files.add(Files.writeString(directory.resolve("Examples.java"), source + "}\n"));
    loader = ShownCode.compiled(directory, files.toArray(Path[]::new));
    examples = loader.loadClass("Examples");
  }

  /** The variable that an example declares last, which is what it is about. */
  private static java.util.Optional<String> about(String code) {
    List<MatchResult> declared = DECLARED.matcher(code).results().toList();
    return declared.stream().skip(Math.max(0, declared.size() - 1)).map(m -> m.group(1)).findAny();
  }

  /** By the type whose source has them, and their place in it. */
  private static Map<String, String> found() throws IOException {
    Map<String, String> examples = new LinkedHashMap<>();
    List<Path> sources;
    try (Stream<Path> files = Files.walk(SOURCES)) {
      sources = files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
    for (Path file : sources) {
      String type = file.getFileName().toString().replace(".java", "");
      Matcher example = EXAMPLE.matcher(Files.readString(file));
      for (int i = 1; example.find(); i++) {
        examples.put(
            type + i,
            example
                .group(1)
                .lines()
                .map(line -> line.replaceFirst("^ *\\* ?", ""))
                .collect(Collectors.joining("\n")));
      }
    }
    return examples;
  }

  /** The simple names of the types that have one. */
  Stream<String> types() {
    return found.keySet().stream().map(name -> name.replaceFirst("\\d+$", "")).distinct();
  }

  /** A class that is an example. */
  Class<?> type(String name) throws ClassNotFoundException {
    return loader.loadClass(name);
  }

  /** Sets a variable. */
  void set(String field, @Nullable Object value) throws ReflectiveOperationException {
    examples.getField(field).set(null, value);
  }

  /** Runs the example with a text in it, and returns what it is about. */
  @Nullable Object run(String text) throws ReflectiveOperationException {
    set("result", null);
    String name =
        found.entrySet().stream()
            .filter(example -> example.getValue().contains(text))
            .map(Map.Entry::getKey)
            .findFirst()
            .orElseThrow();
    examples.getMethod(name).invoke(null);
    return examples.getField("result").get(null);
  }

  @Override
  public void close() throws IOException {
    loader.close();
  }
}
