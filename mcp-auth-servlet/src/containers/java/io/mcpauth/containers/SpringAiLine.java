package io.mcpauth.containers;

/** A line of Spring AI, on the line of Spring Boot that it is for. */
enum SpringAiLine {
  ONE("boot-3-ai", "org.springaicommunity.mcp.annotation"),
  TWO("boot-4-ai", "org.springframework.ai.mcp.annotation");

  /** What the page is written for. */
  private static final SpringAiLine OF_THE_PAGE = TWO;

  private final String classPath;
  private final String annotations;

  SpringAiLine(String classPath, String annotations) {
    this.classPath = classPath;
    this.annotations = annotations;
  }

  /** The name of its class path among the rows. */
  String classPath() {
    return classPath;
  }

  /** Code of the page as it is on this line. */
  String code(String page) {
    return page.replace(OF_THE_PAGE.annotations, annotations);
  }
}
