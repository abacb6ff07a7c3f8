package io.mcpauth.scaling;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Counts the ways to a database and back: statements that are executed, and commits. */
final class CountedTrips {
  private final AtomicLong trips = new AtomicLong();

  long soFar() {
    return trips.get();
  }

  /** The same data source, counted. */
  DataSource of(DataSource source) {
    return counted(DataSource.class, source);
  }

  private <T> T counted(Class<T> type, T real) {
    return type.cast(
        Proxy.newProxyInstance(
            CountedTrips.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              if (method.getName().startsWith("execute") || method.getName().equals("commit")) {
                trips.incrementAndGet();
              }
              try {
                return wrapped(method.invoke(real, arguments));
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  private @Nullable Object wrapped(@Nullable Object result) {
    if (result instanceof Connection connection) {
      return counted(Connection.class, connection);
    }
    if (result instanceof PreparedStatement statement) {
      return counted(PreparedStatement.class, statement);
    }
    return result instanceof Statement statement ? counted(Statement.class, statement) : result;
  }
}
