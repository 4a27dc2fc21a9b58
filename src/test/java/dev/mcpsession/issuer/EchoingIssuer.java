package dev.mcpsession.issuer;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Gives a token to whoever asks, whatever the grant. Its first calls go wrong, each in another way,
 * and in all of them it repeats all that it was sent, wherever an answer has room for it.
 */
public final class EchoingIssuer implements AutoCloseable {
  /** How many calls go wrong. */
  public static final int FAULTS = 8;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Set<String> secrets = ConcurrentHashMap.newKeySet();
  private final AtomicInteger calls = new AtomicInteger();
  private final HttpServer server;

  private EchoingIssuer(HttpServer server) {
    this.server = server;
    server.createContext("/token", this::answer);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  /** On a free port of the loopback address. */
  public static EchoingIssuer start() throws IOException {
    return new EchoingIssuer(
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
  }

  public String tokenEndpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/token";
  }

  public int calls() {
    return calls.get();
  }

  /** Every token that it gave or got. */
  public Set<String> secrets() {
    return secrets;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      for (String parameter : body.split("&", -1)) {
        String[] parts = parameter.split("=", 2);
        if (parts[0].equals("subject_token") || parts[0].equals("client_secret")) {
          secrets.add(URLDecoder.decode(parts[1], UTF_8));
        }
      }
      String authorization = exchange.getRequestHeaders().getFirst("Authorization");
      String heard = authorization + " " + URLDecoder.decode(body, UTF_8);
      switch (calls.getAndIncrement()) {
        case 0 -> json(exchange, 401, error("invalid_client", heard));
        case 1 -> json(exchange, 400, error(heard, heard));
        case 2 -> text(exchange, 500, heard);
        case 3 -> {
          exchange.getResponseHeaders().set("Location", tokenEndpoint() + "?" + body);
          text(exchange, 302, heard);
        }
        case 4 -> {
          exchange.getResponseHeaders().set("Retry-After", body);
          text(exchange, 429, heard);
        }
        case 5 -> json(exchange, 200, Map.of("token", heard, "expires_in", heard));
        case 6 -> text(exchange, 200, heard);
        case 7 -> breakOff(exchange, heard);
        default ->
            json(
                exchange,
                200,
                Map.of("access_token", made(), "refresh_token", made(), "expires_in", 3600));
      }
    }
  }

  private String made() {
    String token = "echo_" + UUID.randomUUID();
    secrets.add(token);
    return token;
  }

  private static Map<String, Object> error(String code, String description) {
    return Map.of(
        "error", code, "error_description", description, "error_uri", "urn:" + description);
  }

  private static void json(HttpExchange exchange, int status, Map<String, Object> body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    text(exchange, status, JSON.writeValueAsString(body));
  }

  private static void text(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  /** Promises more than it sends. */
  private static void breakOff(HttpExchange exchange, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(200, bytes.length + 100L);
    OutputStream out = exchange.getResponseBody();
    out.write(bytes);
    out.flush();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
