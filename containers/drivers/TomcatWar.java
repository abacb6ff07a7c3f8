import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleState;
import org.apache.catalina.servlets.DefaultServlet;
import org.apache.catalina.startup.Tomcat;

/** Tomcat, 10.1 and 11 alike, with WAR files, which bring the library with them. */
public final class TomcatWar {
  private TomcatWar() {}

  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[1]);
    Files.createDirectories(directory.resolve("webapps"));
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(directory.toString());
    tomcat.setPort(0);
    tomcat.getConnector().setProperty("address", "127.0.0.1");
    tomcat.setAddDefaultWebXmlToWebapp(false); // it names a JSP compiler, which is not here
    Context root = tomcat.addWebapp("", directory.resolve("ROOT.war").toString());
    Context app = tomcat.addWebapp("/app", directory.resolve("app.war").toString());
    Context shop = tomcat.addWebapp("/shop", directory.resolve("shop.war").toString());
    Tomcat.addServlet(shop, "default", new DefaultServlet()).addMapping("/"); // of its own web.xml
    tomcat.addUser("alice", "wonder");
    tomcat.addRole("alice", "editor");
    tomcat.addUser("bob", "builder");
    tomcat.start();
    for (Context context : List.of(root, app, shop)) {
      if (context.getState() != LifecycleState.STARTED) {
        throw new IllegalStateException(
            "not deployed: " + context.getPath() + " " + context.getState());
      }
    }
    Ready.await(tomcat.getConnector().getLocalPort(), tomcat.getConnector().getLocalPort());
  }
}
