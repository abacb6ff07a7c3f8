package io.mcpauth.containers;

/** A line of Spring AI, on the line of Spring Boot that it is for. */
enum SpringAiLine {
  ONE(
      "boot-3",
      "org.springaicommunity.mcp.annotation",
      "org.springframework.boot.autoconfigure.security.servlet"),
  TWO(
      "boot-4",
      "org.springframework.ai.mcp.annotation",
      "org.springframework.boot.security.autoconfigure.web.servlet");

  /** What the page is written for. */
  private static final SpringAiLine OF_THE_PAGE = TWO;

  private final String boot;
  private final String annotations;
  private final String security;

  SpringAiLine(String boot, String annotations, String security) {
    this.boot = boot;
    this.annotations = annotations;
    this.security = security;
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

  /** What puts Spring Security among the filters of the container. */
  String securityFilter() {
    return security + ".SecurityFilterAutoConfiguration";
  }

  /** Code of the page as it is on this line. */
  String code(String page) {
    return page.replace(OF_THE_PAGE.annotations, annotations);
  }
}
