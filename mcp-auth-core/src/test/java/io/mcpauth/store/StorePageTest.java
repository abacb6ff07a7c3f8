package io.mcpauth.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.ShownCode;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Base64;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles and runs the code of docs/store.md as it stands, and looks for what it names. */
class StorePageTest {
  private static final Path PAGE = Path.of("..", "docs", "store.md");

  @Test
  void codeOfThePage_keepsSecretsAndRedeemsOnce(@TempDir Path directory) throws Exception {
    JdbcDataSource source = new JdbcDataSource();
    source.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=600");
    byte[] key = new byte[32];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) i;
    }
    Path keys =
        Files.writeString(directory.resolve("keys"), Base64.getEncoder().encodeToString(key));
    try (URLClassLoader loader = compiled(directory, code())) {
      Class<?> type = loader.loadClass("Upstream");
      Object upstream = type.getConstructor(DataSource.class, Path.class).newInstance(source, keys);
      Method keep = type.getMethod("keep", String.class, String.class);
      Object unused = keep.invoke(upstream, "alice", "secret-1");
      unused = keep.invoke(upstream, "alice", "secret-2");
      Method refreshToken = type.getMethod("refreshToken", String.class);
      assertThat(refreshToken.invoke(upstream, "alice")).isEqualTo("secret-2");
      assertThat(refreshToken.invoke(upstream, "bob")).isNull();
      unused = type.getMethod("issue", String.class, String.class).invoke(upstream, "c0de", "app");
      Method redeem = type.getMethod("redeem", String.class);
      assertThat(table(source)).doesNotContain("secret", "c0de").contains("alice");
      assertThat(redeem.invoke(upstream, "c0de")).isEqualTo("app");
      assertThat(redeem.invoke(upstream, "c0de")).isNull();
    }
  }

  @Test
  void schemaFilesOfThePage_areThoseOfThisRelease() throws IOException {
    Stream<String> named =
        Pattern.compile("\\(\\.\\./(mcp-auth-core/[^)]*\\.sql)\\)")
            .matcher(Files.readString(PAGE))
            .results()
            .map(found -> found.group(1));
    assertThat(named)
        .hasSize(Schema.VERSION * Dialect.values().length)
        .allMatch(file -> Files.exists(Path.of("..").resolve(file)));
  }

  private static String table(DataSource source) throws Exception {
    StringBuilder all = new StringBuilder();
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT * FROM mcp_auth_entry")) {
      while (rows.next()) {
        for (int column = 1; column <= 6; column++) {
          all.append(rows.getString(column)).append('\n');
        }
      }
    }
    return all.toString();
  }

  private static String code() throws IOException {
    Matcher block =
        Pattern.compile("```java\n(.*?)\n```", Pattern.DOTALL).matcher(Files.readString(PAGE));
    assertThat(block.find()).as("the page has code").isTrue();
    String code = block.group(1);
    assertThat(block.find()).as("code that is not compiled").isFalse();
    return code;
  }

  private static URLClassLoader compiled(Path directory, String code) throws IOException {
    Path source = Files.writeString(directory.resolve("Upstream.java"), code);
    return ShownCode.compiled(directory, source);
  }
}
