package dev.mcpsession.replicas;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A load balancer: one connection after the other goes to the next port of this machine, past those
 * that do not listen.
 */
final class Spreader implements AutoCloseable {
  private final ServerSocket server;
  private volatile Supplier<List<Integer>> ports = List::of;

  /** Has a port already, and closes what comes until {@link #sendTo}. */
  Spreader() throws IOException {
    server = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
    Thread.startVirtualThread(
        () -> {
          for (int i = 0; !server.isClosed(); i++) {
            try {
              spread(server.accept(), i);
            } catch (IOException e) {
              // Closed.
            }
          }
        });
  }

  /**
   * From now on.
   *
   * @param listening is asked at every connection
   */
  void sendTo(Supplier<List<Integer>> listening) {
    ports = listening;
  }

  int port() {
    return server.getLocalPort();
  }

  private void spread(Socket near, int turn) throws IOException {
    Socket far = connect(turn);
    if (far == null) {
      near.close();
      return;
    }
    near.setTcpNoDelay(true);
    far.setTcpNoDelay(true);
    Thread.startVirtualThread(() -> copy(near, far));
    Thread.startVirtualThread(() -> copy(far, near));
  }

  private @Nullable Socket connect(int turn) {
    List<Integer> now = ports.get();
    for (int i = 0; i < now.size(); i++) {
      try {
        return new Socket(
            InetAddress.getLoopbackAddress(), now.get(Math.floorMod(turn + i, now.size())));
      } catch (IOException e) {
        // It does not listen, or no longer: the next one.
      }
    }
    return null;
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
