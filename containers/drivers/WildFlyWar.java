import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** WildFly with WAR files, which bring the library with them. */
public final class WildFlyWar {
  private static final Pattern PORT =
      Pattern.compile(
          "WFLYUT0006: Undertow HTTP listener default listening on 127\\.0\\.0\\.1:(\\d+)");

  private WildFlyWar() {}

  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[1]);
    Path home = Unpacked.home(directory);
    Path base = directory.resolve("standalone");
    Path configuration = Files.createDirectories(base.resolve("configuration"));
    try (Stream<Path> files = Files.list(home.resolve("standalone/configuration"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, configuration.resolve(file.getFileName()));
      }
    }
    Path file = configuration.resolve("standalone.xml");
    Files.writeString(
        file,
        Files.readString(file).replace("<location name=\"/\" handler=\"welcome-content\"/>", ""));
    Path deployments = Files.createDirectories(base.resolve("deployments"));
    for (String war : List.of("ROOT.war", "app.war")) {
      Files.copy(directory.resolve(war), deployments.resolve(war));
    }
    Unpacked.serve(
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx384m",
            "-Djboss.home.dir=" + home,
            "-Djboss.server.base.dir=" + base,
            "-Dlogging.configuration=" + configuration.resolve("logging.properties").toUri(),
            "-Dorg.jboss.boot.log.file=" + base.resolve("log/server.log"),
            "-Djboss.bind.address=127.0.0.1",
            "-Djboss.bind.address.management=127.0.0.1",
            "-Djboss.http.port=0",
            "-Djboss.https.port=0",
            "-Djboss.management.http.port=0",
            "-Djboss.management.https.port=0",
            "-jar",
            home.resolve("jboss-modules.jar").toString(),
            "-mp",
            home.resolve("modules").toString(),
            "org.jboss.as.standalone"),
        PORT,
        "WFLYSRV0026",
        "Registered web context: '/' ",
        "Registered web context: '/app' ",
        "WFLYSRV0025");
  }
}
