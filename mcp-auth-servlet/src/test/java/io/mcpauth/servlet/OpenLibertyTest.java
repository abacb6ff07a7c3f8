package io.mcpauth.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRegistration;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a filter has to be mapped on Open Liberty, which has null for no mappings. */
class OpenLibertyTest {
  private static final String LIBERTY = "IBM WebSphere Liberty/26.0.0.3";

  private static <T> T stub(Class<T> type, Function<String, @Nullable Object> answers) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> answers.apply(method.getName())));
  }

  private static ServletRegistration servlet(String name, String type, String mapping) {
    return stub(
        ServletRegistration.class,
        method ->
            switch (method) {
              case "getName" -> name;
              case "getClassName" -> type;
              default -> List.of(mapping);
            });
  }

  private static ServletContext context(
      String container, @Nullable FilterRegistration filter, ServletRegistration... servlets) {
    Map<String, ServletRegistration> byName = new TreeMap<>();
    List.of(servlets).forEach(servlet -> byName.put(servlet.getName(), servlet));
    return stub(
        ServletContext.class,
        method ->
            switch (method) {
              case "getServerInfo" -> container;
              case "getFilterRegistration" -> filter;
              default -> byName;
            });
  }

  private static FilterRegistration filter(
      @Nullable List<String> patterns, @Nullable List<String> names) {
    return stub(
        FilterRegistration.class,
        method -> method.equals("getUrlPatternMappings") ? patterns : names);
  }

  private static void require(ServletContext context) {
    OpenLiberty.require(
        stub(FilterConfig.class, method -> method.equals("getFilterName") ? "mcp-auth" : context));
  }

  private static ServletRegistration mcp(String mapping) {
    return servlet("mcp", "com.example.Servlet", mapping);
  }

  @Test
  void filterThatIsMappedByName_isRefused() {
    FilterRegistration byName = filter(null, List.of("mcp"));
    assertThatThrownBy(() -> require(context(LIBERTY, byName, mcp("/mcp"))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("'mcp-auth' is mapped to servlets by name")
        .hasMessageContaining("Map it to '/*'");
    assertThatCode(() -> require(context("jetty/12", byName, mcp("/mcp"))))
        .doesNotThrowAnyException();
  }

  @Test
  void defaultServletThatIsNotNamed_isRefused() {
    assertThatThrownBy(() -> require(context(LIBERTY, filter(List.of("/*"), null), mcp("/"))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("The servlet 'mcp' is mapped to '/'")
        .hasMessageContaining("Map the filter 'mcp-auth' to this servlet by name too");
  }

  @ParameterizedTest
  @CsvSource({
    "com.example.Servlet, /mcp, other",
    "com.example.Servlet, /*, other",
    "com.example.Servlet, /, mcp",
  })
  void otherMappings_arePossible(String type, String mapping, String named) {
    FilterRegistration filter = filter(List.of("/*"), List.of(named));
    assertThatCode(() -> require(context(LIBERTY, filter, servlet("mcp", type, mapping))))
        .doesNotThrowAnyException();
    assertThatCode(() -> require(context(LIBERTY, null, servlet("mcp", type, mapping))))
        .as("within another filter")
        .doesNotThrowAnyException();
  }

  @Test
  void installer_namesTheDefaultServletAlone() {
    List<List<Object>> added = new ArrayList<>();
    FilterRegistration.Dynamic registration =
        (FilterRegistration.Dynamic)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {FilterRegistration.Dynamic.class},
                (proxy, method, arguments) -> {
                  added.add(List.of(arguments[0], List.of((Object[]) arguments[2])));
                  return null;
                });
    ServletRegistration page = servlet("page", "com.example.Page", "/page");
    OpenLiberty.mapToDefaultServlets(context(LIBERTY, null, mcp("/"), page), registration);
    OpenLiberty.mapToDefaultServlets(context(LIBERTY, null, mcp("/mcp"), page), registration);
    assertThat(added).containsExactly(List.of(EnumSet.of(DispatcherType.REQUEST), List.of("mcp")));
  }

  @Test
  void memoryOfPaths_isAWarningThereAlone() {
    List<String> warnings = new ArrayList<>();
    OpenLiberty.warnOfCache(context("jetty/12", null), warnings::add);
    assertThat(warnings).isEmpty();
    OpenLiberty.warnOfCache(context(LIBERTY, null), warnings::add);
    assertThat(warnings)
        .singleElement()
        .asString()
        .endsWith("write -DinvocationCacheSize=0 into jvm.options");
  }
}
