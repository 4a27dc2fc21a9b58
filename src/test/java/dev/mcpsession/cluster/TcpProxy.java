package dev.mcpsession.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** A proxy to an API server that can be cut or silenced. Its address stays the same. */
public final class TcpProxy implements AutoCloseable {
  private final InetSocketAddress target;
  private final int port;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final LongAdder answered = new LongAdder();
  private volatile ServerSocket server;
  private volatile boolean silent;

  /** Forwards to the API server at this address. */
  public TcpProxy(InetSocketAddress target) throws IOException {
    this.target = target;
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    port = server.getLocalPort();
    accept(server);
  }

  /** The port on this machine's loopback address. */
  public int port() {
    return port;
  }

  /** Number of bytes that the API server has sent so far, encrypted as they are. */
  public long answeredBytes() {
    return answered.sum();
  }

  /** Breaks connections and refuses new ones, like an API server that ended. */
  public void cut() throws IOException {
    server.close();
    breakConnections();
  }

  /** Delivers and refuses nothing, like a firewall or a lost node. */
  public void silence() {
    silent = true;
  }

  /** Forwards again; silenced connections break, as on the first packet to a restarted host. */
  public void restore() throws IOException {
    silent = false;
    breakConnections();
    if (server.isClosed()) {
      server = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
      accept(server);
    }
  }

  private void accept(ServerSocket listening) {
    Thread.startVirtualThread(
        () -> {
          while (!listening.isClosed()) {
            try {
              Socket near = listening.accept();
              sockets.add(near);
              Thread.startVirtualThread(() -> connect(near));
            } catch (IOException e) {
              return; // closed
            }
          }
        });
  }

  private void connect(Socket near) {
    if (silent) {
      return;
    }
    try {
      Socket far = new Socket(target.getAddress(), target.getPort());
      sockets.add(far);
      Thread.startVirtualThread(() -> copy(near, far, new LongAdder()));
      copy(far, near, answered);
    } catch (IOException e) {
      close(near);
    }
  }

  private void copy(Socket from, Socket to, LongAdder bytes) {
    byte[] buffer = new byte[8192];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        if (!silent) {
          bytes.add(n);
          out.write(buffer, 0, n);
        }
      }
    } catch (IOException e) {
      // Broken: both ends are closed.
    } finally {
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  private void breakConnections() {
    sockets.forEach(TcpProxy::close);
    sockets.clear();
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // Closed enough.
    }
  }

  @Override
  public void close() throws IOException {
    cut();
  }
}
