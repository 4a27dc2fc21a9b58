package dev.mcpsession.reconcile;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** An MCP client that sends 20 requests a second, each over a new connection. */
final class SteadyClient implements AutoCloseable {
  private static final int PERIOD_MILLIS = 50;
  private static final int TIMEOUT_MILLIS = 10_000;
  private static final String BODY = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";

  private final InetSocketAddress address;
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger answered = new AtomicInteger();
  private final List<String> errors = new CopyOnWriteArrayList<>();

  SteadyClient(String clusterIp, int port) {
    address = new InetSocketAddress(clusterIp, port);
    var unused =
        timer.scheduleAtFixedRate(
            () -> requests.execute(this::request), 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** The response's status line; an exception if there is none. */
  static String ask(InetSocketAddress address) throws IOException {
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.connect(address, TIMEOUT_MILLIS);
      String request =
          """
          POST /mcp HTTP/1.1\r
          Host: %s\r
          Content-Type: application/json\r
          Content-Length: %d\r
          Connection: close\r
          \r
          %s\
          """
              .formatted(address.getHostString(), BODY.length(), BODY);
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      try (var answer =
          new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII))) {
        return String.valueOf(answer.readLine());
      }
    }
  }

  private void request() {
    Instant began = Instant.now();
    try {
      String status = ask(address);
      if (!status.startsWith("HTTP/1.1 200")) {
        throw new IOException("answered " + status);
      }
      answered.incrementAndGet();
    } catch (IOException e) {
      errors.add(
          began + " " + e + " after " + Duration.between(began, Instant.now()).toMillis() + " ms");
    }
  }

  int answered() {
    return answered.get();
  }

  /** The errors, each with the start time of its request. */
  List<String> errors() {
    return List.copyOf(errors);
  }

  /** Waits for pending requests. */
  @Override
  public void close() {
    timer.close();
    requests.close();
  }
}
