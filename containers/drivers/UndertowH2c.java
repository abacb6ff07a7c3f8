/** Embedded Undertow 2.3 that speaks HTTP/2 without TLS too. */
public final class UndertowH2c {
  private UndertowH2c() {}

  public static void main(String[] args) throws Exception {
    UndertowEmbedded.serve(args, Guarded.everythingButOpen(args[0]), true);
  }
}
