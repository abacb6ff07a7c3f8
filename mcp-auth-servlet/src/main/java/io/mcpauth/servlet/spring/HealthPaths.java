package io.mcpauth.servlet.spring;

import java.util.List;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/**
 * Where the health of an application is asked for by what has no token. Only that is open of the
 * actuator; all else of it needs what the application says.
 */
final class HealthPaths {
  private static final List<String> ENDPOINTS =
      List.of(
          "org.springframework.boot.actuate.health.HealthEndpoint",
          "org.springframework.boot.health.actuate.endpoint.HealthEndpoint");

  private HealthPaths() {}

  /** Within the context; none where there is no actuator, or it has a port of its own. */
  static String[] of(Environment environment) {
    boolean there =
        ENDPOINTS.stream()
            .anyMatch(name -> ClassUtils.isPresent(name, HealthPaths.class.getClassLoader()));
    String port = environment.getProperty("management.server.port");
    if (!there || (port != null && !port.equals(environment.getProperty("server.port")))) {
      return new String[0];
    }
    String health =
        plain(environment.getProperty("spring.mvc.servlet.path", ""))
            + plain(environment.getProperty("management.endpoints.web.base-path", "/actuator"))
            + "/"
            + environment.getProperty("management.endpoints.web.path-mapping.health", "health");
    return new String[] {health, health + "/*"};
  }

  /** Without a slash at its end. */
  private static String plain(String path) {
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }
}
