package io.mcpauth.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;

/**
 * Others create a key, and take it, faster than this node can: whoever tries has lost each time.
 */
class InsertedMeanwhileTest {
  private final AtomicInteger tries = new AtomicInteger();

  @Test
  void keyThatOthersInsertEachTime_isTheirs() {
    Store store = JdbcStore.of(failing("23505"));

    assertThat(store.create("c", "k", "", "v", Instant.now().plusSeconds(60))).isFalse();
    assertThat(tries).hasValue(5);
  }

  @Test
  void otherFailure_isOne() {
    Store store = JdbcStore.of(failing("23502"));

    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> store.create("c", "k", "", "v", Instant.now().plusSeconds(60)));
    assertThat(tries).hasValue(1);
  }

  /** An H2 that answers to every MERGE of an entry with a state of its own. */
  private DataSource failing(String state) {
    JdbcDataSource source = new JdbcDataSource();
    source.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    JdbcStore.createSchema(source);
    return around(
        DataSource.class,
        source,
        (method, answer) ->
            answer instanceof Connection connection ? merges(connection, state) : answer);
  }

  private Connection merges(Connection connection, String state) {
    return around(
        Connection.class,
        connection,
        (method, answer) ->
            answer instanceof PreparedStatement statement && statement.toString().contains("MERGE")
                ? failing(statement, state)
                : answer);
  }

  private PreparedStatement failing(PreparedStatement statement, String state) {
    return around(
        PreparedStatement.class,
        statement,
        (method, answer) -> {
          if (method.getName().equals("executeUpdate")) {
            tries.incrementAndGet();
            throw new SQLException("as if", state);
          }
          return answer;
        });
  }

  private interface Answer {
    Object of(Method method, Object answer) throws SQLException;
  }

  private static <T> T around(Class<T> type, T real, Answer change) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              try {
                return change.of(method, method.invoke(real, arguments));
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
