package dev.mcpsession.replicas;

import dev.mcpsession.replicas.GatewayReplicas.Replica;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Which replicas a load balancer sends to, by what their /readyz answers it every half second. */
public final class InService implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofMillis(500);

  private final GatewayReplicas replicas;
  private final HttpClient http = HttpClient.newHttpClient();
  private final ScheduledExecutorService prober =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory());
  private final AtomicInteger turn = new AtomicInteger();
  private volatile List<Replica> ready;

  /** All of them are ready. */
  InService(GatewayReplicas replicas) {
    this.replicas = replicas;
    ready = replicas.running();
    var unused =
        prober.scheduleWithFixedDelay(
            this::probe, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Whether a load balancer sends to it now. */
  public boolean has(Replica replica) {
    return ready.contains(replica);
  }

  /** The next one of them; where none is ready, any. */
  public Replica next() {
    return inTurn(ready.isEmpty() ? replicas.running() : ready);
  }

  /** As {@link #next}, but this one only if there is no other. */
  public Replica otherThan(Replica one) {
    List<Replica> others = ready.stream().filter(it -> !it.equals(one)).toList();
    return others.isEmpty() ? next() : inTurn(others);
  }

  private Replica inTurn(List<Replica> some) {
    return some.get(Math.floorMod(turn.getAndIncrement(), some.size()));
  }

  private void probe() {
    ready = replicas.running().stream().filter(this::isReady).toList();
  }

  private boolean isReady(Replica replica) {
    try {
      URI readiness = URI.create("http://127.0.0.1:" + replica.managementPort() + "/readyz");
      return http.send(
                  HttpRequest.newBuilder(readiness).timeout(PERIOD).build(),
                  HttpResponse.BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (HttpTimeoutException e) {
      return ready.contains(replica); // A busy machine: Kubernetes asks three times, too.
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
