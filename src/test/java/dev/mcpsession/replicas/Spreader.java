package dev.mcpsession.replicas;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;

/** A load balancer: one connection after the other goes to the next port of this machine. */
final class Spreader implements AutoCloseable {
  private final ServerSocket server;

  Spreader(List<Integer> ports) throws IOException {
    server = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
    Thread.startVirtualThread(
        () -> {
          for (int i = 0; !server.isClosed(); i++) {
            try {
              Socket near = server.accept();
              Socket far =
                  new Socket(InetAddress.getLoopbackAddress(), ports.get(i % ports.size()));
              near.setTcpNoDelay(true);
              far.setTcpNoDelay(true);
              Thread.startVirtualThread(() -> copy(near, far));
              Thread.startVirtualThread(() -> copy(far, near));
            } catch (IOException e) {
              // Closed, or that replica does not listen: the client sees its connection end.
            }
          }
        });
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
