package io.mcpauth.containers;

/** A line of Spring AI, on the line of Spring Boot that it is for. */
enum SpringAiLine {
  ONE("boot-3", "org.springaicommunity.mcp.annotation"),
  TWO("boot-4", "org.springframework.ai.mcp.annotation");

  /** What the page is written for. */
  private static final SpringAiLine OF_THE_PAGE = TWO;

  private final String boot;
  private final String annotations;

  SpringAiLine(String boot, String annotations) {
    this.boot = boot;
    this.annotations = annotations;
  }

  /** The name of its class path among the rows. */
  String classPath() {
    return boot + "-ai";
  }

  /** The same with Spring Security and the actuator. */
  String securityClassPath() {
    return classPath() + "-security";
  }

  /** WebFlux alone, on the same line of Boot. */
  String reactiveClassPath() {
    return boot + "-webflux";
  }

  /** Code of the page as it is on this line. */
  String code(String page) {
    return page.replace(OF_THE_PAGE.annotations, annotations);
  }
}
