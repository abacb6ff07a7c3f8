package io.mcpauth.bench;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.mcpauth.store.JdbcStore;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import org.postgresql.ds.PGSimpleDataSource;

/** A real PostgreSQL that keeps what it has confirmed: with fsync, which tests do without. */
final class DatabaseServer implements AutoCloseable {
  private static final Path WORK = Path.of("target", "postgresql").toAbsolutePath();

  private final EmbeddedPostgres server;
  private final ProcessHandle process;

  DatabaseServer() throws IOException {
    Path data = WORK.resolve("data-" + UUID.randomUUID());
    server =
        EmbeddedPostgres.builder()
            .setPGStartupWait(Duration.ofMinutes(1)) // on a machine that is busy
            .setOverrideWorkingDirectory(WORK.toFile())
            .setDataDirectory(data)
            .setServerConfig("fsync", "on")
            .setServerConfig("full_page_writes", "on")
            .setServerConfig("synchronous_commit", "on")
            .start();
    String pid = Files.readAllLines(data.resolve("postmaster.pid")).get(0);
    process = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
  }

  /** What its processes have used, of those that live: a pool keeps its connections. */
  Duration cpu() {
    return process
        .descendants()
        .map(child -> child.info().totalCpuDuration().orElse(Duration.ZERO))
        .reduce(Duration.ZERO, Duration::plus);
  }

  /**
   * A place of its own, with the tables and nothing in them.
   *
   * @return connections to it, at most so many
   */
  HikariDataSource schema(String name, int connections) throws SQLException {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA " + name);
    }
    HikariDataSource pool = pool(name, connections);
    JdbcStore.createSchema(pool);
    return pool;
  }

  private HikariDataSource pool(String schema, int connections) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {"localhost"});
    source.setPortNumbers(new int[] {server.getPort()});
    source.setUser("postgres");
    source.setDatabaseName("postgres");
    source.setCurrentSchema(schema);
    HikariConfig config = new HikariConfig();
    config.setDataSource(source);
    config.setMaximumPoolSize(connections);
    return new HikariDataSource(config);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
