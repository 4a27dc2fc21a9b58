package dev.mcpsession.gateway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers every connection with the same bytes once something came, and closes it. */
final class ScriptedBackend implements AutoCloseable {
  private final ServerSocket server;
  private final AtomicInteger requests = new AtomicInteger();

  ScriptedBackend(String answer) {
    try {
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(() -> serve(answer.getBytes(ISO_8859_1)));
  }

  private void serve(byte[] answer) {
    while (!server.isClosed()) {
      try (Socket client = server.accept()) {
        byte[] request = new byte[64 * 1024];
        if (client.getInputStream().read(request) > 0) {
          requests.incrementAndGet();
        }
        client.getOutputStream().write(answer);
      } catch (IOException e) {
        // The other side has closed.
      }
    }
  }

  int requests() {
    return requests.get();
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort() + "/mcp");
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
