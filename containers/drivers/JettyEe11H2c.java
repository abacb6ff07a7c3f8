import java.util.List;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;

/** Embedded Jetty 12.1, ee11, that speaks HTTP/2 without TLS too. */
public final class JettyEe11H2c {
  private JettyEe11H2c() {}

  public static void main(String[] args) throws Exception {
    JettyStart.serve(
        http -> List.of(new HTTP2CServerConnectionFactory(http)),
        JettyEe11.context("/", Guarded.everythingButOpen(args[0])),
        JettyEe11.context("/app", Guarded.mcpServlet(args[0])));
  }
}
