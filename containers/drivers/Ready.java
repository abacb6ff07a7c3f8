import java.io.IOException;

/** The end of every driver's start. */
final class Ready {
  private Ready() {}

  /** Tells the ports of the two applications, and ends the process with its standard input. */
  static void await(int rootPort, int appPort) throws IOException {
    System.out.println("ready " + rootPort + " " + appPort);
    System.out.flush();
    while (System.in.read() != -1) {
      continue;
    }
    Runtime.getRuntime().halt(0); // whatever a container leaves running
  }
}
