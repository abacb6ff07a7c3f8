package io.mcpauth.examples.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The clients of the examples are built on this library's client side, and show that it suffices.
 */
class ClientSourcesTest {
  @ParameterizedTest
  @ValueSource(strings = {"client", "walkthrough"})
  void oauth_isThisLibrarysAlone(String name) throws IOException {
    Path directory = Path.of("src/main/java/io/mcpauth/examples").resolve(name);
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> sources = files.toList();
      assertThat(sources).hasSizeGreaterThan(10);
      assertThat(sources)
          .allSatisfy(
              source ->
                  assertThat(Files.readString(source))
                      .doesNotContain("com.nimbusds", "io.mcpauth.internal", "springframework"));
    }
  }
}
