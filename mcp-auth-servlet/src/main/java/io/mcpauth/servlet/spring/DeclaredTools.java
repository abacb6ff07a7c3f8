package io.mcpauth.servlet.spring;

import io.mcpauth.policy.Access;
import io.mcpauth.policy.RequiresScopes;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.util.ClassUtils;

/**
 * What the tools of an application declare by {@link RequiresScopes} on the methods of its beans. A
 * tool is what Spring AI takes for one, whichever of its lines is there.
 */
final class DeclaredTools {
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
      Class<?> type = beans.getType(name, false);
      if (type != null) {
        tools.add(ClassUtils.getUserClass(type));
      }
    }
    return tools.rules;
  }

  private void add(Class<?> type) {
    boolean foreign = OTHERS.stream().anyMatch(type.getName()::startsWith);
    if (foreign || !AnnotationUtils.isCandidateClass(type, RequiresScopes.class)) {
      return;
    }
    MethodIntrospector.selectMethods(
            type,
            (MethodIntrospector.MetadataLookup<RequiresScopes>)
                method -> AnnotatedElementUtils.findMergedAnnotation(method, RequiresScopes.class))
        .forEach(this::add);
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
