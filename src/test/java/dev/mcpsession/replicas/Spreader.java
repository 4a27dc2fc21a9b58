package dev.mcpsession.replicas;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.function.Supplier;

/** A load balancer: one connection after the other goes to the next port of this machine. */
final class Spreader implements AutoCloseable {
  private final ServerSocket server;
  private final Supplier<List<Integer>> ports;
  private int next;

  /**
   * Until it is closed.
   *
   * @param ports where connections can go; asked for each connection
   */
  Spreader(Supplier<List<Integer>> ports) throws IOException {
    this.ports = ports;
    server = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
    Thread.startVirtualThread(
        () -> {
          while (!server.isClosed()) {
            try {
              spread(server.accept());
            } catch (IOException e) {
              // Closed.
            }
          }
        });
  }

  /** To the next one that listens; to none, the client sees its connection end. */
  private void spread(Socket near) throws IOException {
    List<Integer> now = ports.get();
    for (int i = 0; i < now.size(); i++) {
      try {
        Socket far =
            new Socket(
                InetAddress.getLoopbackAddress(), now.get(Math.floorMod(next++, now.size())));
        near.setTcpNoDelay(true);
        far.setTcpNoDelay(true);
        Thread.startVirtualThread(() -> copy(near, far));
        Thread.startVirtualThread(() -> copy(far, near));
        return;
      } catch (IOException e) {
        // That one does not listen.
      }
    }
    near.close();
  }

  int port() {
    return server.getLocalPort();
  }

  private static void copy(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // Broken: both ends are closed.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
