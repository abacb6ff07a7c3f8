package io.mcpauth.containers;

import java.util.Arrays;

/** A container with the library in it: a process of its own, with a class path of its own. */
enum ContainerRow {
  JETTY_EE10("jetty-ee10", "Jetty 12.1.14 ee10", "jetty-ee10", "JettyEe10"),
  JETTY_EE11("jetty-ee11", "Jetty 12.1.14 ee11", "jetty-ee11", "JettyEe11"),
  JETTY_EE11_H2C("jetty-ee11-h2c", "Jetty 12.1.14 ee11 with h2c", "jetty-ee11-h2c", "JettyEe11H2c"),
  TOMCAT_10("tomcat-10", "Tomcat 10.1.50", "tomcat-10", "TomcatEmbedded"),
  TOMCAT_11("tomcat-11", "Tomcat 11.0.26", "tomcat-11", "TomcatEmbedded"),
  TOMCAT_10_H2C("tomcat-10-h2c", "Tomcat 10.1.50 with h2c", "tomcat-10", "TomcatH2c"),
  TOMCAT_11_H2C("tomcat-11-h2c", "Tomcat 11.0.26 with h2c", "tomcat-11", "TomcatH2c"),
  UNDERTOW("undertow", "Undertow 2.3.20.Final", "undertow", "UndertowEmbedded"),
  UNDERTOW_H2C("undertow-h2c", "Undertow 2.3.20.Final with h2c", "undertow", "UndertowH2c"),
  BOOT_3("boot-3", "Spring Boot 3.5.16", "boot-3", "Boot"),
  BOOT_3_SECURITY(
      "boot-3-security",
      "Spring Boot 3.5.16 beside Spring Security",
      "boot-3-security",
      "BootSecurity"),
  BOOT_4("boot-4", "Spring Boot 4.1.2", "boot-4", "Boot"),
  BOOT_4_SECURITY(
      "boot-4-security",
      "Spring Boot 4.1.2 beside Spring Security",
      "boot-4-security",
      "BootSecurity"),
  WAR_JETTY_EE10("war-jetty-ee10", "WAR on Jetty 12.1.14 ee10", "jetty-ee10-war", "JettyEe10War"),
  WAR_JETTY_EE11("war-jetty-ee11", "WAR on Jetty 12.1.14 ee11", "jetty-ee11", "JettyEe11War"),
  WAR_TOMCAT_10("war-tomcat-10", "WAR on Tomcat 10.1.50", "tomcat-10", "TomcatWar"),
  WAR_TOMCAT_11("war-tomcat-11", "WAR on Tomcat 11.0.26", "tomcat-11", "TomcatWar"),
  WAR_WILDFLY("war-wildfly", "WAR on WildFly 39.0.1.Final", "wildfly", "WildFlyWar"),
  WAR_OPEN_LIBERTY(
      "war-open-liberty", "WAR on Open Liberty 26.0.0.3", "open-liberty", "OpenLibertyWar");

  private final String id;
  private final String title;
  private final String classPath;
  private final String driver;

  ContainerRow(String id, String title, String classPath, String driver) {
    this.id = id;
    this.title = title;
    this.classPath = classPath;
    this.driver = driver;
  }

  static ContainerRow of(String id) {
    return Arrays.stream(values())
        .filter(row -> row.id.equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "No container '"
                        + id
                        + "'. Write one of "
                        + Arrays.stream(values()).map(ContainerRow::id).toList()));
  }

  /** How CONTAINERS names it. */
  String id() {
    return id;
  }

  /** How the page names it, with the version. */
  String title() {
    return title;
  }

  /** The directory in {@code containers/rows} whose pom has its class path. */
  String classPath() {
    return classPath;
  }

  /** The class in {@code containers/drivers} that starts it. */
  String driver() {
    return driver;
  }

  /** What it does in its own way. */
  Ways ways() {
    return this == WAR_OPEN_LIBERTY ? Ways.OF_LIBERTY : Ways.OF_HTTP;
  }

  /** Whether a behaviour is there to be tried. */
  boolean has(Behaviour behaviour) {
    return switch (behaviour) {
      case HTTP_2 -> id.endsWith("-h2c");
      // These drivers deploy no application with a login, and have no users.
      case OWN_LOGIN -> war() && this != WAR_WILDFLY && this != WAR_OPEN_LIBERTY;
      default -> true;
    };
  }

  /** Whether the library comes inside WAR files, so that the driver knows nothing of it. */
  boolean war() {
    return id.startsWith("war-");
  }
}
