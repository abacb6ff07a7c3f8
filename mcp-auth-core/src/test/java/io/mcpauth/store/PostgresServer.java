package io.mcpauth.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.postgresql.ds.PGConnectionPoolDataSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.ds.common.BaseDataSource;

/** A real PostgreSQL, one for all tests of the JVM; it stops after the last. */
public final class PostgresServer implements AutoCloseable {
  /** The unpacked binaries, and the data, which goes with the server. */
  private static final Path WORK = Path.of("target", "postgresql").toAbsolutePath();

  private final EmbeddedPostgres server;
  private final AtomicInteger schemas = new AtomicInteger();

  private PostgresServer() {
    try {
      server =
          EmbeddedPostgres.builder()
              .setPGStartupWait(Duration.ofMinutes(1)) // on a machine that is busy
              .setOverrideWorkingDirectory(WORK.toFile())
              .setDataDirectory(WORK.resolve("data-" + UUID.randomUUID()))
              .start();
    } catch (IOException e) {
      throw new IllegalStateException("PostgreSQL does not start", e);
    }
  }

  int port() {
    return server.getPort();
  }

  /** A place without tables that no other test uses. */
  public PGSimpleDataSource emptySchema() throws SQLException {
    return inSchema(newSchema(), new PGSimpleDataSource());
  }

  /** As the other method, with connections that are used again; to be disposed of. */
  public JdbcConnectionPool pooledEmptySchema() throws SQLException {
    return JdbcConnectionPool.create(inSchema(newSchema(), new PGConnectionPoolDataSource()));
  }

  private String newSchema() throws SQLException {
    String name = "test_" + schemas.incrementAndGet();
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA " + name);
    }
    return name;
  }

  private <T extends BaseDataSource> T inSchema(String name, T source) {
    source.setServerNames(new String[] {"localhost"});
    source.setPortNumbers(new int[] {server.getPort()});
    source.setUser("postgres");
    source.setPassword("secret");
    source.setDatabaseName("postgres");
    source.setCurrentSchema(name);
    return source;
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  /** Gives it to tests. */
  public static final class Resolver implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == PostgresServer.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getRoot()
          .getStore(ExtensionContext.Namespace.GLOBAL)
          .computeIfAbsent(
              PostgresServer.class, type -> new PostgresServer(), PostgresServer.class);
    }
  }
}
