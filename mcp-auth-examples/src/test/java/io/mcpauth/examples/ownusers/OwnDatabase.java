package io.mcpauth.examples.ownusers;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import javax.sql.DataSource;

/** A real PostgreSQL, as the application and its operator have it. */
final class OwnDatabase implements AutoCloseable {
  /** The unpacked binaries, and the data, which goes with the server. */
  private static final Path WORK = Path.of("target", "postgresql").toAbsolutePath();

  private final EmbeddedPostgres server;

  OwnDatabase() throws IOException {
    server =
        EmbeddedPostgres.builder()
            .setPGStartupWait(Duration.ofMinutes(1)) // on a machine that is busy
            .setOverrideWorkingDirectory(WORK.toFile())
            .setDataDirectory(WORK.resolve("data-" + UUID.randomUUID()))
            .start();
  }

  DataSource source() {
    return server.getPostgresDatabase();
  }

  /** As {@code MCP_AUTH_STORE_URL} has it. */
  String url() {
    return "jdbc:postgresql://localhost:" + server.getPort() + "/postgres";
  }

  /** Runs a file of the library, as {@code psql -f} does. */
  void runFile(String name) throws IOException, SQLException {
    try (InputStream file = OwnDatabase.class.getResourceAsStream("/io/mcpauth/store/" + name)) {
      String all =
          new String(Objects.requireNonNull(file, name).readAllBytes(), StandardCharsets.UTF_8);
      try (Connection connection = source().getConnection();
          Statement statement = connection.createStatement()) {
        boolean unused = statement.execute(all);
      }
    }
  }

  /** Runs statements, and gives what {@code psql} prints of those that ask. */
  String run(String statements) throws SQLException {
    StringBuilder printed = new StringBuilder();
    try (Connection connection = source().getConnection();
        Statement statement = connection.createStatement()) {
      for (String one : statements.split(";\n", -1)) {
        if (!one.isBlank() && statement.execute(one)) {
          try (ResultSet found = statement.getResultSet()) {
            print(found, printed);
          }
        }
      }
    }
    return printed.toString();
  }

  private static void print(ResultSet found, StringBuilder printed) throws SQLException {
    ResultSetMetaData columns = found.getMetaData();
    List<String> names = new ArrayList<>();
    for (int i = 1; i <= columns.getColumnCount(); i++) {
      names.add(columns.getColumnLabel(i));
    }
    assertThat(names).isNotEmpty();
    printed.append(String.join(" | ", names)).append('\n');
    int rows = 0;
    for (; found.next(); rows++) {
      List<String> cells = new ArrayList<>();
      for (int i = 1; i <= names.size(); i++) {
        String cell = found.getString(i);
        cells.add(cell == null ? "" : cell);
      }
      printed.append(String.join(" | ", cells)).append('\n');
    }
    printed.append(rows == 1 ? "(1 row)\n" : "(" + rows + " rows)\n");
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
