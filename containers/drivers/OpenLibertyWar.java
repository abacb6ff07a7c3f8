import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** Open Liberty with WAR files, which bring the library with them. */
public final class OpenLibertyWar {
  private static final Pattern PORT =
      Pattern.compile(
          "CWWKO0219I: TCP Channel defaultHttpEndpoint has been started .* port (\\d+)\\.");

  private static final String SERVER =
      """
      <server>
        <featureManager>
          <feature>servlet-6.0</feature>
        </featureManager>
        <httpEndpoint id="defaultHttpEndpoint" host="127.0.0.1" httpPort="0" httpsPort="-1"/>
        <logging consoleLogLevel="INFO"/>
        <applicationManager autoExpand="true"/>
        <webApplication location="ROOT.war" contextRoot="/"/>
        <webApplication location="app.war" contextRoot="/app"/>
      </server>
      """;

  private OpenLibertyWar() {}

  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[1]);
    Path home = Unpacked.home(directory);
    Path server = directory.resolve("usr/servers/mcp");
    Path apps = Files.createDirectories(server.resolve("apps"));
    Files.writeString(server.resolve("server.xml"), SERVER);
    for (String war : List.of("ROOT.war", "app.war")) {
      Files.copy(directory.resolve(war), apps.resolve(war));
    }
    ProcessBuilder liberty =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx384m",
            "-DinvocationCacheSize=0",
            "-javaagent:" + home.resolve("bin/tools/ws-javaagent.jar"),
            "-jar",
            home.resolve("bin/tools/ws-server.jar").toString(),
            "mcp");
    liberty.directory(server.toFile());
    liberty.environment().put("WLP_USER_DIR", directory.resolve("usr").toString());
    Unpacked.serve(
        liberty,
        PORT,
        "CWWKF0001E",
        "CWWKZ0001I: Application ROOT ",
        "CWWKZ0001I: Application app ",
        "CWWKF0011I");
  }
}
