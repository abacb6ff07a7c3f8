import io.mcpauth.ResourceServer;
import io.mcpauth.containers.app.Applications;
import io.mcpauth.containers.app.McpLikeServlet;
import io.mcpauth.servlet.McpAuthInstaller;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.servlet.ServletContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;
import org.springframework.web.servlet.mvc.ServletWrappingController;

/** Spring Boot, 3.5 and 4 alike, twice: guarded as a whole, and with one guarded servlet. */
public class Boot {
  public static void main(String[] args) throws Exception {
    run(args[0], "framework");
  }

  /**
   * The strategy is the way in which Spring believes forwarded headers, which is the worst case.
   */
  static void run(String issuer, String forwarding, Class<?>... more) throws Exception {
    int root = start(issuer, forwarding, "", Everything.class, more);
    int app = start(issuer, forwarding, "/app", OneServlet.class, more);
    Ready.await(root, app);
  }

  private static int start(
      String issuer, String forwarding, String path, Class<?> type, Class<?>... more) {
    Class<?>[] sources =
        Stream.concat(Stream.of(type), Stream.of(more)).toArray(length -> new Class<?>[length]);
    SpringApplication application = new SpringApplication(sources);
    application.setDefaultProperties(
        Map.of(
            "server.port",
            0,
            "server.address",
            "127.0.0.1",
            "server.servlet.context-path",
            path,
            "server.forward-headers-strategy",
            forwarding,
            "spring.main.banner-mode",
            "off",
            "issuer",
            issuer));
    ConfigurableApplicationContext context = application.run();
    return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
  }

  /** The resource server, closed with the application. */
  @Configuration(proxyBeanMethods = false)
  static class Login {
    @Bean
    ResourceServer resourceServer(Environment settings) {
      return Guarded.resourceServer(settings.getRequiredProperty("issuer"));
    }
  }

  /** One bean guards the application and serves the metadata. */
  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @Import(Login.class)
  static class Everything {
    @Bean
    ServletContextInitializer mcpAuth(ResourceServer server) {
      return context -> McpAuthInstaller.of(server).install(context);
    }

    @Bean
    ServletContextInitializer servlets() {
      return Applications::everywhereButDefault;
    }

    @Bean
    ServletWrappingController mcpThroughSpring() {
      ServletWrappingController controller = new ServletWrappingController();
      controller.setServletClass(McpLikeServlet.class);
      controller.setServletName("mcp-default");
      return controller;
    }

    @Bean
    SimpleUrlHandlerMapping everyPath(ServletWrappingController controller) {
      return new SimpleUrlHandlerMapping(Map.of("/**", controller), 0);
    }
  }

  /** One bean guards one servlet. */
  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @Import(Login.class)
  static class OneServlet {
    @Bean
    ServletContextInitializer mcpAuth(ResourceServer server) {
      return context ->
          McpAuthInstaller.of(server).guardServlets("mcp").wellKnownMapped().install(context);
    }

    @Bean
    ServletContextInitializer servlets() {
      return Applications::beside;
    }
  }
}
