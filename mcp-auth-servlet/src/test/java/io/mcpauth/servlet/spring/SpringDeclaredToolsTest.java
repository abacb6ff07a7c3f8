package io.mcpauth.servlet.spring;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpauth.ResourceServer;
import io.mcpauth.policy.Access;
import io.mcpauth.policy.RequiresScopes;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.servlet.McpAuthInstaller;
import io.mcpauth.testing.TestIssuer;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springaicommunity.mcp.annotation.McpTool;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.ai.tool.method.MethodToolCallback;
import org.springframework.ai.tool.method.MethodToolCallbackProvider;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.servlet.ServletContextInitializer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.ReflectionUtils;

/** Tools whose declaration is not on the type that a bean promises, on a server that opens all. */
class SpringDeclaredToolsTest {
  private static final TestIssuer ISSUER = TestIssuer.start();
  private static final String ERASE =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\","
          + "\"params\":{\"name\":\"erase\",\"arguments\":{}}}";

  @AfterAll
  static void stop() {
    ISSUER.close();
  }

  /** Gets at everything with one scope, unless a tool says more. */
  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {
    @Bean
    ResourceServer own() {
      return ResourceServer.builder(
              RunningApplication.RESOURCE,
              ISSUER.authorizationServer(),
              ToolPolicy.everythingForWhoHas("mcp"))
          .build();
    }
  }

  /** What beans promise. */
  interface Erasing {
    String erase();
  }

  /** What they are. */
  static class Eraser implements Erasing {
    @McpTool(name = "erase", description = "Erases all.")
    @RequiresScopes("erase")
    @Override
    public String erase() {
      return "erased";
    }
  }

  /** As Spring AI has had them from its start. */
  static class OfCallbacks {
    @Tool(name = "erase", description = "Erases all.")
    @RequiresScopes("erase")
    String erase() {
      return "erased";
    }
  }

  /** A bean that promises an interface. */
  @Configuration(proxyBeanMethods = false)
  static class ByInterface {
    @Bean
    Erasing eraser() {
      return new Eraser();
    }
  }

  /** A bean that is a proxy of the JDK. */
  @Configuration(proxyBeanMethods = false)
  static class Proxied {
    @Bean
    Eraser eraser() {
      return new Eraser();
    }

    @Bean
    static BeanPostProcessor proxies() {
      return new BeanPostProcessor() {
        @Override
        public Object postProcessAfterInitialization(Object bean, String name) {
          return bean instanceof Eraser ? new ProxyFactory(bean).getProxy() : bean;
        }
      };
    }
  }

  /** An object that is no bean. */
  @Configuration(proxyBeanMethods = false)
  static class CalledObjects {
    @Bean
    ToolCallbackProvider tools() {
      return MethodToolCallbackProvider.builder().toolObjects(new OfCallbacks()).build();
    }
  }

  /** A method of such an object, with a name that is not on it. */
  static class Renamed {
    @Tool(name = "other", description = "Erases all.")
    @RequiresScopes("erase")
    String erase() {
      return "erased";
    }

    static ToolCallback callback() {
      Method method = ReflectionUtils.findMethod(Renamed.class, "erase");
      return MethodToolCallback.builder()
          .toolDefinition(
              ToolDefinition.builder()
                  .name("erase")
                  .description("Erases all.")
                  .inputSchema("{\"type\":\"object\"}")
                  .build())
          .toolMethod(requireNonNull(method))
          .toolObject(new Renamed())
          .build();
    }
  }

  /** Callbacks in a list. */
  @Configuration(proxyBeanMethods = false)
  static class Listed {
    @Bean
    List<ToolCallback> tools() {
      return List.of(Renamed.callback());
    }
  }

  /** Callbacks that are given out. */
  @Configuration(proxyBeanMethods = false)
  static class Given {
    @Bean
    ToolCallbackProvider tools() {
      return ToolCallbackProvider.from(Renamed.callback());
    }
  }

  /** One more resource server, beside an installation of the first. */
  @Configuration(proxyBeanMethods = false)
  static class Second {
    @Bean
    ResourceServer second() {
      return ResourceServer.builder(
              "https://mcp.example.com/second",
              ISSUER.authorizationServer(),
              ToolPolicy.everythingForWhoHas("mcp"))
          .build();
    }

    @Bean
    ServletContextInitializer installation(@Qualifier("own") ResourceServer own) {
      return context -> McpAuthInstaller.of(own).install(context);
    }

    @Bean
    Eraser eraser() {
      return new Eraser();
    }
  }

  private static int erase(RunningApplication application, String... scopes) throws Exception {
    String token = ISSUER.token(RunningApplication.RESOURCE).scopes(scopes).mint();
    return application.post("/mcp", token, ERASE).statusCode();
  }

  private static Map<String, Object> settings() {
    return Map.of("spring.ai.mcp.server.protocol", "STATELESS");
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        ByInterface.class,
        Proxied.class,
        CalledObjects.class,
        Listed.class,
        Given.class,
        Second.class
      })
  void declaration_countsWhereverTheToolIs(Class<?> tools) throws Exception {
    try (RunningApplication application =
        RunningApplication.startWith(settings(), Application.class, tools)) {
      assertThat(erase(application, "mcp")).isEqualTo(403);
      assertThat(erase(application, "mcp", "erase")).isEqualTo(200);
    }
  }

  /** Where the server was built, only the bean of a class had been found. */
  @Test
  void toolsFoundLater_areDeclaredBesideThoseOfBefore() throws Exception {
    try (RunningApplication application =
        RunningApplication.start(
            ISSUER, settings(), SpringAiTest.Application.class, ByInterface.class)) {
      assertThat(erase(application, "files:read")).isEqualTo(403);
      assertThat(erase(application, "erase")).isEqualTo(200);
    }
  }

  /** Its methods name classes of a library that is not there, as Spring lets beans do. */
  @Test
  void beanWhoseMethodsCannotBeRead_declaresNothing() throws Exception {
    String name = "io.micrometer.core.instrument.binder.jpa.HibernateMetrics";
    Class<?> type = Class.forName(name, false, SpringDeclaredToolsTest.class.getClassLoader());
    assertThatThrownBy(type::getDeclaredMethods).isInstanceOf(NoClassDefFoundError.class);
    DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
    beans.registerBeanDefinition("hibernate", new RootBeanDefinition(type));
    beans.registerBeanDefinition("eraser", new RootBeanDefinition(Eraser.class));
    assertThat(DeclaredTools.of(beans)).containsOnlyKeys("erase");
  }

  /** A method that nobody calls as a tool. */
  static class NoTool {
    @RequiresScopes("erase")
    void erase() {}
  }

  /** Says that everybody may, and who. */
  static class Contradicting {
    @McpTool(name = "erase", description = "Erases all.")
    @RequiresScopes(value = "erase", anonymous = true)
    String erase() {
      return "erased";
    }
  }

  /** Another tool of the same name. */
  static class Another {
    @McpTool(name = "erase", description = "Erases some.")
    @RequiresScopes("erase:some")
    String erase() {
      return "erased some";
    }
  }

  private static Map<String, Access> declaredBy(Object... beans) {
    DefaultListableBeanFactory factory = new DefaultListableBeanFactory();
    for (Object bean : beans) {
      factory.registerSingleton(bean.getClass().getSimpleName(), bean);
    }
    return DeclaredTools.of(factory);
  }

  @Test
  void declarationThatCannotBeMeant_stopsTheStart() {
    assertThatIllegalStateException()
        .isThrownBy(() -> declaredBy(new NoTool()))
        .withMessageContaining("NoTool.erase(), which is no tool of Spring AI")
        .withMessageContaining("Put it on a method with @McpTool or @Tool");
    assertThatIllegalStateException()
        .isThrownBy(() -> declaredBy(new Contradicting()))
        .withMessageContaining("Contradicting.erase(): ");
    assertThatIllegalStateException()
        .isThrownBy(() -> declaredBy(new Eraser(), new Another()))
        .withMessageContaining("The tool 'erase' is declared by")
        .withMessageContaining("Give them names of their own");
  }

  @Test
  void sameDeclarationTwice_isOne() {
    assertThat(declaredBy(new Eraser(), new OfCallbacks()))
        .isEqualTo(Map.of("erase", Access.scopes("erase")));
  }
}
