package io.mcpauth.store;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** Data sources as tests need them. */
final class Sources {
  private Sources() {}

  /** Where a connection comes from. */
  interface Connections {
    Connection next() throws SQLException;
  }

  static DataSource of(Connections connections) {
    return (DataSource)
        Proxy.newProxyInstance(
            Sources.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> connections.next());
  }

  /** A connection with other answers to some methods. */
  static Connection with(Connection connection, Map<String, ?> answers) {
    return proxy(Connection.class, connection, answers);
  }

  /** A connection that counts the statements it prepares. */
  static Connection counting(Connection connection, AtomicInteger statements) {
    return (Connection)
        Proxy.newProxyInstance(
            Sources.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              if (method.getName().endsWith("Statement")) {
                statements.incrementAndGet();
              }
              try {
                return method.invoke(connection, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  static <T> T proxy(Class<T> type, T delegate, Map<String, ?> answers) {
    return type.cast(
        Proxy.newProxyInstance(
            Sources.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              if (answers.containsKey(method.getName())) {
                return answers.get(method.getName());
              }
              try {
                return method.invoke(delegate, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
