package io.mcpauth.servlet.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/** Where the health of an application stays open. */
class HealthPathsTest {
  private static String[] paths(Map<String, Object> properties) {
    StandardEnvironment environment = new StandardEnvironment();
    environment.getPropertySources().addFirst(new MapPropertySource("test", properties));
    return HealthPaths.of(environment);
  }

  @Test
  void health_isOpenWhereTheActuatorHasIt() {
    assertThat(paths(Map.of())).containsExactly("/actuator/health", "/actuator/health/*");
    assertThat(
            paths(
                Map.of(
                    "management.endpoints.web.base-path", "/manage/",
                    "management.endpoints.web.path-mapping.health", "alive",
                    "spring.mvc.servlet.path", "/api")))
        .containsExactly("/api/manage/alive", "/api/manage/alive/*");
    assertThat(paths(Map.of("management.endpoints.web.base-path", "/")))
        .containsExactly("/health", "/health/*");
  }

  @Test
  void portOfItsOwn_needsNothingHere() {
    assertThat(paths(Map.of("management.server.port", "9000", "server.port", "8080"))).isEmpty();
    assertThat(paths(Map.of("management.server.port", "8080", "server.port", "8080"))).hasSize(2);
  }
}
