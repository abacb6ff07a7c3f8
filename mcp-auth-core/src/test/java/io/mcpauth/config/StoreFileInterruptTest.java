package io.mcpauth.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.h2.Driver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A container that stops, or a call that is cancelled, interrupts threads that read the store. */
class StoreFileInterruptTest {
  private static final int ROWS = 4_000;

  @TempDir private Path directory;

  @Test
  void threadThatIsInterruptedWhileItReads_closesTheFileForNobody() throws Exception {
    run("CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(2000))");
    run("INSERT INTO t SELECT x, REPEAT('x', 1500) FROM SYSTEM_RANGE(1, " + ROWS + ")");
    run("SHUTDOWN"); // what is read again comes from the file
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (Connection connection = connection()) {
      long read =
          thread
              .submit(
                  () -> {
                    Thread.currentThread().interrupt();
                    return read(connection);
                  })
              .get();
      assertThat(read).isEqualTo(1500L * ROWS);
    } finally {
      thread.shutdownNow();
    }
    run("DELETE FROM t WHERE id = 1");
    try (Connection connection = connection()) {
      assertThat(read(connection)).isEqualTo(1500L * (ROWS - 1));
    }
    run("SHUTDOWN");
  }

  private static long read(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT SUM(LENGTH(v)) FROM t")) {
      assertThat(row.next()).isTrue();
      return row.getLong(1);
    }
  }

  private void run(String sql) throws SQLException {
    try (Connection connection = connection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** As settings open it, without the port for other processes. */
  private Connection connection() throws SQLException {
    StoreDatabase database = StoreFile.at(directory.resolve("store"));
    String url = database.url().replace("AUTO_SERVER=TRUE;", "DB_CLOSE_DELAY=600;");
    return new Driver().connect(url, database.forDriver());
  }
}
