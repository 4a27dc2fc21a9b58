package dev.mcpsession.gateway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Answers every request with events without end, as fast as they are read. */
final class FloodingBackend implements AutoCloseable {
  private static final String HEAD =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
  private static final String EVENT = "data: " + "x".repeat(1000) + "\n\n";

  private final ServerSocket server;
  private final AtomicLong written = new AtomicLong();
  private final AtomicInteger open = new AtomicInteger();

  FloodingBackend() {
    this(0);
  }

  FloodingBackend(int port) {
    try {
      server = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::serve);
  }

  private void serve() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        Thread.ofVirtual().start(() -> flood(client));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void flood(Socket client) {
    open.incrementAndGet();
    try (client;
        OutputStream out = client.getOutputStream()) {
      client.getInputStream().read(new byte[64 * 1024]);
      out.write(HEAD.getBytes(ISO_8859_1));
      byte[] chunk =
          (Integer.toHexString(EVENT.length()) + "\r\n" + EVENT + "\r\n").getBytes(ISO_8859_1);
      while (true) {
        out.write(chunk);
        written.addAndGet(chunk.length);
      }
    } catch (IOException e) {
      open.decrementAndGet(); // the other side has closed
    }
  }

  /** Bytes that the other side has taken. */
  long written() {
    return written.get();
  }

  /** Connections that are being flooded. */
  int open() {
    return open.get();
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort() + "/mcp");
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
