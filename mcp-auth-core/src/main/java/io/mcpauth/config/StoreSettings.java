package io.mcpauth.config;

import io.mcpauth.store.JdbcStore;
import io.mcpauth.store.OpenStore;
import io.mcpauth.store.Store;
import io.mcpauth.store.StoreException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The store that settings name: a database in a file, or one that several nodes share. */
final class StoreSettings {
  private static final Logger LOG = LoggerFactory.getLogger(StoreSettings.class);
  private static final String MEMORY = "memory";
  private static final String FILE = "file:";
  private static final String POOL = "com.zaxxer.hikari.HikariDataSource";
  private static final long SAY_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(30);

  private static final List<Setting> OF_A_SHARED_DATABASE =
      List.of(Setting.STORE_USER, Setting.STORE_PASSWORD, Setting.STORE_CREATE_SCHEMA);

  /** The first part of states that end by themselves: a database that is down, full, starting. */
  private static final List<String> PASSING = List.of("08", "53", "57", "58", "40");

  /** Of H2: another program has the file. */
  private static final String TAKEN = "90020";

  private final Settings settings;
  private final Supplier<StoreDatabase> database;
  private final boolean createSchema;
  private final boolean waits;
  private final @Nullable Path file;

  /** Waits before the next try. */
  interface Pause {
    void await() throws InterruptedException;
  }

  private StoreSettings(
      Settings settings,
      Supplier<StoreDatabase> database,
      @Nullable Path file,
      boolean createSchema,
      boolean waits) {
    this.settings = settings;
    this.database = database;
    this.file = file;
    this.createSchema = createSchema;
    this.waits = waits;
  }

  /**
   * What the settings say; opens nothing.
   *
   * @return null for the memory of the process
   * @throws IllegalArgumentException if one is wrong, or means nothing
   */
  static @Nullable StoreSettings of(Settings settings) {
    String url = settings.value(Setting.STORE_URL);
    if (url == null || url.equals(MEMORY)) {
      String why =
          url == null
              ? "there is no " + Setting.STORE_URL.key()
              : settings.at(Setting.STORE_URL) + " is '" + MEMORY + "'";
      settings.requireUnset(OF_A_SHARED_DATABASE, why);
      settings.requireUnset(List.of(Setting.STORE_AT_START), why);
      return null;
    }
    boolean waits = waits(settings);
    if (url.startsWith(FILE)) {
      settings.requireUnset(
          OF_A_SHARED_DATABASE, settings.at(Setting.STORE_URL) + " is a file, which needs none");
      Path path =
          settings.naming(Setting.STORE_URL, () -> StoreFile.path(url.substring(FILE.length())));
      return new StoreSettings(settings, () -> StoreFile.at(path), path, true, waits);
    }
    if (!StoreDatabase.isPostgresql(url)) { // not quoted: it may hold a password
      throw new IllegalArgumentException(
          settings.at(Setting.STORE_URL)
              + " is none that is known. Write 'memory', 'file:PATH' or"
              + " 'jdbc:postgresql://HOST/DATABASE'.");
    }
    StoreDatabase database =
        settings.naming(
            Setting.STORE_URL,
            () ->
                StoreDatabase.postgresql(
                    url,
                    orNothing(settings.value(Setting.STORE_USER)),
                    orNothing(settings.value(Setting.STORE_PASSWORD))));
    return new StoreSettings(
        settings, () -> database, null, settings.flag(Setting.STORE_CREATE_SCHEMA), waits);
  }

  private static boolean waits(Settings settings) {
    String atStart = settings.value(Setting.STORE_AT_START);
    if (atStart == null || atStart.equals("wait")) {
      return true;
    }
    if (!atStart.equals("fail")) {
      throw settings.wrong(Setting.STORE_AT_START, "which says nothing. Write 'wait' or 'fail'.");
    }
    return false;
  }

  private static String orNothing(@Nullable String value) {
    return value == null ? "" : value;
  }

  /**
   * Opens the store, and waits for its database where the settings say so.
   *
   * @throws IllegalStateException if that would not help: for a driver that is missing, a user that
   *     is refused, tables of another version
   * @throws StoreException if the database does not answer, and the settings say not to wait
   */
  OpenStore open() {
    return open(() -> TimeUnit.SECONDS.sleep(1), System::nanoTime, LOG);
  }

  OpenStore open(Pause pause, LongSupplier nanos, Logger log) {
    long sayAt = nanos.getAsLong();
    while (true) {
      SQLException failure;
      try {
        return attempt();
      } catch (SQLException e) {
        failure = e;
      } catch (StoreException e) {
        if (!(e.getCause() instanceof SQLException cause)) {
          throw e;
        }
        failure = cause;
      }
      requirePassing(failure);
      if (!waits) {
        throw new StoreException(doesNotAnswer(failure) + ". Look whether it runs.");
      }
      long now = nanos.getAsLong();
      if (now - sayAt >= 0) {
        log.warn(
            "{}: the start waits for it. With {}=fail it would stop.",
            doesNotAnswer(failure),
            Setting.STORE_AT_START.key());
        sayAt = now + SAY_AGAIN_NANOS;
      }
      await(pause);
    }
  }

  private static void await(Pause pause) {
    try {
      pause.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("The start was interrupted while it waited.", e);
    }
  }

  /** The first connection is made here: a pool would ask again and again before it says why not. */
  private OpenStore attempt() throws SQLException {
    StoreDatabase where = naming(database);
    Driver driver = driver(where);
    requireClass(POOL, "com.zaxxer:HikariCP");
    if (file == null) {
      return connected(where, driver, () -> {});
    }
    Path path = file;
    StoreFileUse use = naming(() -> StoreFile.use(path));
    try {
      return connected(where, driver, use::close);
    } catch (SQLException | RuntimeException e) {
      use.close();
      throw e;
    }
  }

  private OpenStore connected(StoreDatabase where, Driver driver, Runnable atLast)
      throws SQLException {
    try (Connection first = driver.connect(where.url(), where.forDriver())) {
      if (first == null) {
        throw new IllegalStateException(
            settings.at(Setting.STORE_URL)
                + " is none that the driver understands. Write one such as"
                + " 'jdbc:postgresql://db.example.com/mcp_auth'.");
      }
      if (file != null) {
        StoreFile.restrictLock(file);
      }
      return pooled(where, atLast);
    }
  }

  private OpenStore pooled(StoreDatabase where, Runnable atLast) {
    var pool = StorePool.of(where);
    try {
      return OpenStore.of(
          store(pool),
          () -> {
            pool.close();
            atLast.run();
          });
    } catch (RuntimeException e) {
      pool.close();
      throw e;
    }
  }

  private Store store(DataSource pool) {
    try {
      if (createSchema) {
        JdbcStore.createSchema(pool);
      }
      return JdbcStore.of(pool);
    } catch (IllegalStateException e) { // of the version of the tables
      throw new IllegalStateException(
          settings.at(Setting.STORE_URL)
              + ": "
              + e.getMessage()
              + (createSchema
                  ? ""
                  : " Or start once with "
                      + Setting.STORE_CREATE_SCHEMA.key()
                      + "=true and a user who may create tables."),
          e);
    }
  }

  private Driver driver(StoreDatabase where) {
    Class<?> type = requireClass(where.driver(), where.dependency());
    if (where.inFile()) {
      naming(
          () -> {
            StoreFile.requireLoopback(type);
            return type;
          });
    }
    try {
      return (Driver) type.getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(where.dependency() + " has a driver that does not start.", e);
    }
  }

  private Class<?> requireClass(String name, String dependency) {
    try {
      return Class.forName(name, true, StoreSettings.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(
          settings.at(Setting.STORE_URL)
              + " needs "
              + dependency
              + ", which is not on the class path. Add it beside mcp-auth-core.",
          e);
    }
  }

  private <T> T naming(Supplier<T> part) {
    try {
      return part.get();
    } catch (IllegalStateException e) {
      throw new IllegalStateException(settings.at(Setting.STORE_URL) + ": " + e.getMessage(), e);
    }
  }

  /** What does not pass stops the start. The words of the driver stay out: they may quote rows. */
  private void requirePassing(SQLException e) {
    String state = orNothing(e.getSQLState());
    if (PASSING.stream().anyMatch(state::startsWith) || state.equals(TAKEN)) {
      return;
    }
    String problem =
        switch (state) {
          case "28000", "28P01" -> refused();
          case "3D000" -> "there is no such database. Create it, or write another.";
          case "42501" -> "the user may not do what is needed. Grant it as docs/store.md says.";
          default ->
              "the database refuses (%s, SQLState %s, code %d). Look at what its log says."
                  .formatted(e.getClass().getSimpleName(), state, e.getErrorCode());
        };
    throw new IllegalStateException(settings.at(Setting.STORE_URL) + ": " + problem);
  }

  private String refused() {
    return file == null
        ? "the database refuses the user. Write "
            + Setting.STORE_USER.key()
            + " and "
            + Setting.STORE_PASSWORD.key()
            + " as it knows them."
        : file.getFileName()
            + ".password is not that of "
            + file.getFileName()
            + ".mv.db. Put back the one that belongs to it, beside it.";
  }

  private String doesNotAnswer(SQLException e) {
    return "%s: the database does not answer (SQLState %s)"
        .formatted(settings.at(Setting.STORE_URL), e.getSQLState());
  }
}
