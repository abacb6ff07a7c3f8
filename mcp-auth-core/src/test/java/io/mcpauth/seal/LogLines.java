package io.mcpauth.seal;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.helpers.MessageFormatter;

/** A log that keeps its lines, as {@code LEVEL text}. */
public final class LogLines {
  private final List<String> lines = new CopyOnWriteArrayList<>();

  /** The logger to give to what is tested. */
  public Logger logger() {
    return (Logger)
        Proxy.newProxyInstance(
            LogLines.class.getClassLoader(),
            new Class<?>[] {Logger.class},
            (proxy, method, arguments) -> keep(method, arguments));
  }

  /** What was logged. */
  public List<String> lines() {
    return lines;
  }

  private Object keep(Method method, Object[] arguments) {
    if (method.getReturnType() != void.class) {
      throw new UnsupportedOperationException(method.toString());
    }
    Object[] values =
        arguments.length == 2 && arguments[1] instanceof Object[] array
            ? array
            : Arrays.copyOfRange(arguments, 1, arguments.length);
    String text = MessageFormatter.basicArrayFormat((String) arguments[0], values);
    lines.add(method.getName().toUpperCase(Locale.ROOT) + " " + text);
    return Void.class;
  }
}
