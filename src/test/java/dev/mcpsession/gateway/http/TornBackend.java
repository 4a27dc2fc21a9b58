package dev.mcpsession.gateway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Answers each request with the same few events, and ends or breaks off behind them. */
final class TornBackend implements AutoCloseable {
  private static final String HEAD =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

  private final ServerSocket server;
  private final String answer;
  private final List<String> lastEventIds = new CopyOnWriteArrayList<>();

  /** Sends one event and part of another one, and breaks off. */
  TornBackend() {
    this(chunk("id: event 7\ndata: one\n\nid: event 8\ndata: tw"));
  }

  /**
   * @param body in HTTP chunks
   */
  TornBackend(String body) {
    answer = HEAD + body;
    try {
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::serve);
  }

  private static String chunk(String text) {
    return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
  }

  private void serve() {
    while (!server.isClosed()) {
      try (Socket client = server.accept()) {
        byte[] bytes = new byte[64 * 1024];
        int read = client.getInputStream().read(bytes);
        if (read > 0) {
          lastEventIds.add(lastEventId(new String(bytes, 0, read, ISO_8859_1)));
          client.getOutputStream().write(answer.getBytes(ISO_8859_1));
        }
      } catch (IOException e) {
        // The other side has closed.
      }
    }
  }

  private static String lastEventId(String request) {
    return request
        .lines()
        .filter(line -> line.regionMatches(true, 0, "Last-Event-ID: ", 0, 15))
        .map(line -> line.substring(15))
        .findFirst()
        .orElse("");
  }

  /** Of all requests; "" where there was none. */
  List<String> lastEventIds() {
    return lastEventIds;
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort() + "/mcp");
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
