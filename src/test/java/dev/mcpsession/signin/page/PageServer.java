package dev.mcpsession.signin.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Shows pages with their policy, and takes what their forms send. */
final class PageServer implements AutoCloseable {
  private final HttpServer server;
  private final Pages pages = new JtePages();
  private final Map<String, Page> shown;

  /** What was posted: the path, a space, and the form. */
  final BlockingQueue<String> posted = new LinkedBlockingQueue<>();

  /**
   * @param shown pages by their paths
   */
  PageServer(Map<String, Page> shown) throws IOException {
    this.shown = shown;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String form = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      if (exchange.getRequestMethod().equals("POST")) {
        posted.add(path + " " + form);
      }
      Page page = shown.get(path);
      byte[] body = (page == null ? "Here" : pages.render(page)).getBytes(UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
      exchange.getResponseHeaders().set("Content-Security-Policy", pages.contentSecurityPolicy());
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
