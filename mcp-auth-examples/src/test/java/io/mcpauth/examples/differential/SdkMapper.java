package io.mcpauth.examples.differential;

import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.McpJsonMapperSupplier;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Objects;
import java.util.stream.Stream;

/** The two JSON mappers that the MCP Java SDK comes with. */
enum SdkMapper {
  JACKSON_2,
  JACKSON_3;

  private static final McpJsonMapper OLDER = jackson2();
  private static final McpJsonMapper NEWER = McpJsonDefaults.getMapper();

  McpJsonMapper json() {
    return this == JACKSON_2 ? OLDER : NEWER;
  }

  /**
   * From a loader of its own, so that no service file of it is found by anything else. The loader
   * stays open: classes are loaded for as long as the mapper is used.
   */
  private static McpJsonMapper jackson2() {
    URL[] jars =
        Stream.of("mcp-json-jackson2", "jackson-databind", "jackson-core")
            .map(SdkMapper::jar)
            .toArray(URL[]::new);
    URLClassLoader loader = new URLClassLoader(jars, SdkMapper.class.getClassLoader());
    try {
      return loader
          .loadClass("io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapperSupplier")
          .asSubclass(McpJsonMapperSupplier.class)
          .getConstructor()
          .newInstance()
          .get();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("The SDK has its Jackson 2 mapper under another name", e);
    }
  }

  private static URL jar(String name) {
    return Objects.requireNonNull(
        SdkMapper.class.getResource("/jackson2/" + name + ".jar"),
        "Maven copies this jar in the phase generate-test-resources: run mvn test-compile");
  }
}
