package dev.mcpsession.replicas;

import dev.mcpsession.replicas.GatewayReplicas.Replica;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Which replicas a load balancer sends to, by what their /readyz answers it every half second. */
final class InService implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofMillis(500);

  private final GatewayReplicas replicas;
  private final HttpClient http = HttpClient.newHttpClient();
  private final ScheduledExecutorService prober =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory());
  private volatile List<Integer> ports;

  /** All of them are ready. */
  InService(GatewayReplicas replicas) {
    this.replicas = replicas;
    ports = replicas.running().stream().map(Replica::port).toList();
    var unused =
        prober.scheduleWithFixedDelay(
            this::probe, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Where the ready ones take requests. */
  List<Integer> ports() {
    return ports;
  }

  private void probe() {
    ports = replicas.running().stream().filter(this::isReady).map(Replica::port).toList();
  }

  private boolean isReady(Replica replica) {
    try {
      URI readiness = URI.create("http://127.0.0.1:" + replica.managementPort() + "/readyz");
      return http.send(
                  HttpRequest.newBuilder(readiness).timeout(PERIOD).build(),
                  HttpResponse.BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public void close() {
    prober.shutdownNow();
    http.shutdownNow();
  }
}
