package io.mcpauth.servlet.spring;

import io.mcpauth.policy.Access;
import io.mcpauth.policy.RequiresScopes;
import io.mcpauth.servlet.McpAuthInstaller;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.util.ClassUtils;

/**
 * What the tools of an application declare by {@link RequiresScopes} on the methods of its beans,
 * and on those of the objects that its tool callbacks call. A tool is what Spring AI takes for one,
 * whichever of its lines is there.
 */
final class DeclaredTools {
  private static final Logger LOG = LoggerFactory.getLogger(McpAuthInstaller.class);

  /** By name: an application has one line of them. */
  private static final List<String> TOOLS =
      List.of(
          "org.springframework.ai.mcp.annotation.McpTool",
          "org.springaicommunity.mcp.annotation.McpTool",
          "org.springframework.ai.tool.annotation.Tool");

  private static final List<String> OTHERS =
      List.of("java.", "org.springframework.", "io.modelcontextprotocol.");

  private final Map<String, Access> rules = new TreeMap<>();
  private final Map<String, Method> methods = new TreeMap<>();

  private DeclaredTools() {}

  /**
   * Looks at the types of all beans, as far as they are known by now, and makes none.
   *
   * @throws IllegalStateException if an annotation contradicts itself, is on a method that is no
   *     tool, or two tools of a name declare different things
   */
  static Map<String, Access> of(ConfigurableListableBeanFactory beans) {
    DeclaredTools tools = new DeclaredTools();
    for (String name : beans.getBeanNamesForType(Object.class, true, false)) {
      Class<?> type = type(beans, name);
      if (type != null) {
        tools.add(ClassUtils.getUserClass(type));
      }
    }
    CallbackTools callbacks = CallbackTools.of(beans);
    callbacks.types().forEach(tools::add);
    callbacks.methods().forEach(tools::addNamed);
    return tools.rules;
  }

  /** A method of a bean may promise an interface, and a proxy may have no more than that. */
  private static @Nullable Class<?> type(ConfigurableListableBeanFactory beans, String name) {
    Object made = beans.containsSingleton(name) ? beans.getSingleton(name) : null;
    return made == null || made instanceof FactoryBean
        ? beans.getType(name, false)
        : AopProxyUtils.ultimateTargetClass(made);
  }

  /** A callback may give its method a name of its own. */
  private void addNamed(String tool, Method method) {
    RequiresScopes declared =
        AnnotatedElementUtils.findMergedAnnotation(method, RequiresScopes.class);
    if (declared != null) {
      add(tool, method, declared);
    }
  }

  private void add(Class<?> type) {
    boolean foreign = OTHERS.stream().anyMatch(type.getName()::startsWith);
    if (foreign || !AnnotationUtils.isCandidateClass(type, RequiresScopes.class)) {
      return;
    }
    declared(type).forEach(this::add);
  }

  private static Map<Method, RequiresScopes> declared(Class<?> type) {
    try {
      return MethodIntrospector.selectMethods(
          type,
          (MethodIntrospector.MetadataLookup<RequiresScopes>)
              method -> AnnotatedElementUtils.findMergedAnnotation(method, RequiresScopes.class));
    } catch (IllegalStateException | LinkageError e) {
      // A library that it could use is not there. Then Spring AI reads no tool from it, either.
      LOG.debug("the methods of {} cannot be read", type.getName(), e);
      return Map.of();
    }
  }

  private void add(Method method, RequiresScopes declared) {
    String tool = toolOf(method);
    if (tool == null) {
      throw new IllegalStateException(
          "@RequiresScopes is on "
              + method.toGenericString()
              + ", which is no tool of Spring AI, so nothing would read it. Put it on a method with"
              + " @McpTool or @Tool, or write a rule into the policy.");
    }
    add(tool, method, declared);
  }

  private void add(String tool, Method method, RequiresScopes declared) {
    Access access;
    try {
      access = Access.of(declared);
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException(method.toGenericString() + ": " + e.getMessage(), e);
    }
    Access before = rules.putIfAbsent(tool, access);
    Method other = methods.putIfAbsent(tool, method);
    if (before != null && !before.equals(access)) {
      throw new IllegalStateException(
          "The tool '"
              + tool
              + "' is declared by "
              + method.toGenericString()
              + " and by "
              + other
              + " with different @RequiresScopes. Give them names of their own, or one of them.");
    }
  }

  private static @Nullable String toolOf(Method method) {
    MergedAnnotations all =
        MergedAnnotations.from(method, MergedAnnotations.SearchStrategy.TYPE_HIERARCHY);
    for (String type : TOOLS) {
      MergedAnnotation<Annotation> tool = all.get(type);
      if (tool.isPresent()) {
        String name = tool.getString("name");
        return name.isEmpty() ? method.getName() : name;
      }
    }
    return null;
  }
}
