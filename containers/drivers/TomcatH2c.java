import org.apache.coyote.http2.Http2Protocol;

/** Embedded Tomcat, 10.1 and 11 alike, that speaks HTTP/2 without TLS too. */
public final class TomcatH2c {
  private TomcatH2c() {}

  public static void main(String[] args) throws Exception {
    TomcatEmbedded.serve(
        args,
        Guarded.everythingButOpen(args[0]),
        connector -> connector.addUpgradeProtocol(new Http2Protocol()));
  }
}
