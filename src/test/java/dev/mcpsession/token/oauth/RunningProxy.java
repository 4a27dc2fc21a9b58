package dev.mcpsession.token.oauth;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP proxy: forwards requests and opens tunnels, whatever they name, to one port of this host.
 */
final class RunningProxy implements AutoCloseable {
  private final ServerSocket socket;
  private final int target;
  private final @Nullable String credentials;
  private final List<String> heads = new CopyOnWriteArrayList<>();

  /**
   * @param credentials the header Proxy-Authorization that it wants; null: none
   */
  RunningProxy(int target, @Nullable String credentials) throws IOException {
    this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.target = target;
    this.credentials = credentials;
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return socket.getLocalPort();
  }

  /** Request lines and headers that came. */
  List<String> heads() {
    return heads;
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      InputStream in = new BufferedInputStream(client.getInputStream());
      String head = head(in);
      heads.add(head);
      if (credentials != null && !head.contains("\r\nProxy-Authorization: " + credentials)) {
        write(
            client,
            String.join(
                "\r\n",
                "HTTP/1.1 407 Proxy Authentication Required",
                "Proxy-Authenticate: Basic realm=x",
                "Content-Length: 0",
                "Connection: close",
                "",
                ""));
        return;
      }
      try (Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
        if (head.startsWith("CONNECT ")) {
          write(client, "HTTP/1.1 200 Connected\r\n\r\n");
        } else {
          write(server, head.replaceFirst(" http://[^/]+", " "));
        }
        Thread answers = Thread.ofVirtual().start(() -> copy(server, client));
        in.transferTo(server.getOutputStream());
        answers.join();
      }
    } catch (IOException | InterruptedException e) {
      // Either side may close its connection at any time.
    }
  }

  private static void copy(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.close();
    } catch (IOException e) {
      // Either side may close its connection at any time.
    }
  }

  private static void write(Socket to, String text) throws IOException {
    to.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("no request");
      }
      head.write(next);
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
