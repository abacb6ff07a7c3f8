import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.jetty.ee10.webapp.WebAppContext;

/** Jetty 12.1 with WAR files for ee10, which bring the library with them. */
public final class JettyEe10War {
  private JettyEe10War() {}

  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[1]);
    WebAppContext shop = deploy(directory, "shop", "/shop");
    JettyStart.addUsers(shop.getSecurityHandler());
    JettyStart.serve(deploy(directory, "ROOT", "/"), deploy(directory, "app", "/app"), shop);
  }

  private static WebAppContext deploy(Path directory, String name, String path) throws Exception {
    WebAppContext context = new WebAppContext();
    context.setContextPath(path);
    context.setWar(directory.resolve(name + ".war").toString());
    context.setTempDirectory(
        Files.createDirectories(directory.resolve("unpacked-" + name)).toFile());
    context.setThrowUnavailableOnStartupException(true);
    return context;
  }
}
