package io.mcpauth.servlet.spring;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ReflectionUtils;

/**
 * What the tool callbacks among the beans of an application call: objects that need not be beans
 * themselves. They are known by what Spring AI's own classes keep, by name, and no callback that is
 * another's code is asked for anything.
 *
 * @param types the classes of objects whose methods are tools
 * @param methods by the name that a callback gives its method
 */
record CallbackTools(Set<Class<?>> types, Map<String, Method> methods) {
  private static final Logger LOG = LoggerFactory.getLogger(CallbackTools.class);
  private static final String PACKAGE = "org.springframework.ai.tool.";
  private static final String OF_OBJECTS = PACKAGE + "method.MethodToolCallbackProvider";
  private static final String OF_CALLBACKS = PACKAGE + "StaticToolCallbackProvider";
  private static final String OF_METHOD = PACKAGE + "method.MethodToolCallback";

  /** Those that are made by now. */
  static CallbackTools of(ConfigurableListableBeanFactory beans) {
    CallbackTools found = new CallbackTools(new HashSet<>(), new TreeMap<>());
    for (String name : beans.getSingletonNames()) {
      Object bean = beans.containsSingleton(name) ? beans.getSingleton(name) : null;
      if (bean instanceof List<?> list) {
        list.stream().filter(Objects::nonNull).forEach(found::add);
      } else if (bean != null) {
        found.add(bean);
      }
    }
    return found;
  }

  private void add(Object bean) {
    switch (bean.getClass().getName()) {
      case OF_OBJECTS -> {
        if (kept(bean, "toolObjects") instanceof List<?> objects) {
          objects.forEach(object -> types.add(AopProxyUtils.ultimateTargetClass(object)));
        }
      }
      case OF_CALLBACKS -> {
        if (kept(bean, "toolCallbacks") instanceof Object[] callbacks) {
          List.of(callbacks).forEach(this::add);
        }
      }
      case OF_METHOD -> {
        if (kept(bean, "toolMethod") instanceof Method method
            && name(bean) instanceof String tool) {
          methods.put(tool, method);
        }
      }
      default -> {}
    }
  }

  private static @Nullable Object name(Object callback) {
    Object definition = kept(callback, "toolDefinition");
    Method getter =
        definition == null ? null : ReflectionUtils.findMethod(definition.getClass(), "name");
    if (getter == null) {
      return null;
    }
    ReflectionUtils.makeAccessible(getter);
    return ReflectionUtils.invokeMethod(getter, definition);
  }

  private static @Nullable Object kept(Object in, String name) {
    Field field = ReflectionUtils.findField(in.getClass(), name);
    if (field == null) {
      LOG.warn(
          "{} has no '{}' in this version of Spring AI, so @RequiresScopes is not read from what it"
              + " calls, unless that is a bean: write its rules into the policy",
          in.getClass().getName(),
          name);
      return null;
    }
    ReflectionUtils.makeAccessible(field);
    return ReflectionUtils.getField(field, in);
  }
}
