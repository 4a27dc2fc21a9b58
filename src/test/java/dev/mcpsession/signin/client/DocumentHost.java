package dev.mcpsession.signin.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.mcpsession.issuer.Certificates;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A host of metadata documents on 127.0.0.1, as good or as bad as a test wants it. */
final class DocumentHost implements AutoCloseable {
  /** What is done with a request. */
  @FunctionalInterface
  interface Behaviour {
    void answer(HttpExchange exchange) throws IOException;
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch released = new CountDownLatch(1);
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final AtomicLong sent = new AtomicLong();
  private volatile Behaviour behaviour = exchange -> send(exchange, 200, document(exchange));

  private DocumentHost(HttpServer server) {
    this.server = server;
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          seen.add(exchange.getRequestHeaders().getFirst("Host") + exchange.getRequestURI());
          try (exchange) {
            behaviour.answer(exchange);
          }
        });
    server.start();
  }

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  static DocumentHost http() throws IOException {
    return new DocumentHost(HttpServer.create(anyPort(), 0));
  }

  /** With a certificate for localhost and git.example. */
  static DocumentHost https(Certificates certificates)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(certificates.keystore())) {
      store.load(in, "changeit".toCharArray());
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, "changeit".toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    HttpsServer server = HttpsServer.create(anyPort(), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    return new DocumentHost(server);
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** Of a document here, as a client id. */
  String url(String scheme, String host, String path) {
    return scheme + "://" + host + ":" + port() + path;
  }

  void behaves(Behaviour behaviour) {
    this.behaviour = behaviour;
  }

  /** Every request, as its header Host and its path. */
  List<String> seen() {
    return seen;
  }

  /** Of an endless body, in bytes. */
  long sent() {
    return sent.get();
  }

  /** A usable document, whose URL is the one that was asked for. */
  String document(HttpExchange exchange) {
    String scheme = server instanceof HttpsServer ? "https://" : "http://";
    return """
    {"client_id": "%s%s%s", "client_name": "Editor",
     "redirect_uris": ["http://127.0.0.1/cb"]}
    """
        .formatted(scheme, exchange.getRequestHeaders().getFirst("Host"), exchange.getRequestURI());
  }

  void send(HttpExchange exchange, int status, String body) throws IOException {
    exchange.getResponseHeaders().putIfAbsent("Content-Type", List.of("application/json"));
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  /** A gigabyte, unless the client closes the connection before. */
  void sendGigabyte(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, 0);
    byte[] part = "{\"x\": \"aaaaaaaaa".repeat(1024).getBytes(UTF_8);
    try (OutputStream out = exchange.getResponseBody()) {
      while (sent.get() < 1L << 30) {
        out.write(part);
        sent.addAndGet(part.length);
      }
    }
  }

  /** Until the end of the test. */
  void hang() {
    try {
      released.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What hangs goes on. */
  void release() {
    released.countDown();
  }

  @Override
  public void close() {
    release();
    server.stop(0);
    threads.shutdownNow();
  }
}
