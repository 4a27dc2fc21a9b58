package dev.mcpsession.bench;

import dev.mcpsession.bench.gateway.StreamClient;
import dev.mcpsession.bench.report.Progress;
import dev.mcpsession.bench.report.Sample;
import dev.mcpsession.bench.report.Table;
import dev.mcpsession.fixture.McpBackend;
import dev.mcpsession.gateway.http.SmallGateway;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What many streams cost one replica on each of which something happens once a second. */
final class GatewayEvents implements Benchmark {
  private static final int STREAMS = 3000;

  /** Less than one user may have. */
  private static final int OF_ONE_USER = 100;

  /** Each event loop has at most 1,024 connections to one backend. */
  private static final int USERS_OF_A_BACKEND = 6;

  private static final int SECONDS = 30;
  private static final String[] MEMORY = {
    "-Xms256m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:+AlwaysPreTouch"
  };

  private final Options options;

  GatewayEvents(Options options) {
    this.options = options;
  }

  @Override
  public String name() {
    return "gateway-events";
  }

  @Override
  public List<Table> run() throws Exception {
    List<Double> cpu = new ArrayList<>();
    List<Double> memory = new ArrayList<>();
    for (int i = 1; i <= options.runs(); i++) {
      Progress.say("events, run " + i + " of " + options.runs());
      List<McpBackend> backends = new ArrayList<>();
      Map<String, URI> ofUsers = new HashMap<>();
      for (int user = 0; user < STREAMS / OF_ONE_USER; user++) {
        if (user % USERS_OF_A_BACKEND == 0) {
          backends.add(McpBackend.start());
        }
        ofUsers.put("user-" + user, backends.getLast().endpoint());
      }
      try (SmallGateway gateway =
          SmallGateway.start(backends.getFirst().endpoint(), ofUsers, MEMORY)) {
        double before = gateway.residentKiB();
        List<StreamClient> clients = new ArrayList<>();
        for (int n = 0; n < STREAMS; n++) {
          clients.add(
              StreamClient.open(
                  gateway.port(), SmallGateway.listen("user-" + n / OF_ONE_USER), "acknowledged"));
        }
        double begun = gateway.cpuSeconds();
        for (int second = 0; second < SECONDS; second++) {
          CountDownLatch came = new CountDownLatch(STREAMS);
          long announced = System.nanoTime();
          for (StreamClient client : clients) {
            Thread.startVirtualThread(
                () -> {
                  client.await("list_changed");
                  came.countDown();
                });
          }
          for (McpBackend backend : backends) {
            backend.announce("notifications/tools/list_changed", new JsonObject());
          }
          if (!came.await(30, TimeUnit.SECONDS)) {
            throw new IllegalStateException("events are missing on " + came.getCount());
          }
          long left = TimeUnit.SECONDS.toNanos(1) - (System.nanoTime() - announced);
          if (left > 0) {
            TimeUnit.NANOSECONDS.sleep(left);
          }
        }
        cpu.add((gateway.cpuSeconds() - begun) / SECONDS * 1000);
        memory.add((gateway.residentKiB() - before) / STREAMS);
        for (StreamClient client : clients) {
          client.close();
        }
      } finally {
        backends.forEach(McpBackend::close);
      }
    }
    return List.of(
        new Table.Builder(
                STREAMS + " streams with an event a second: medians (least to most)",
                "CPU ms of the replica a second",
                "resident KiB/stream, outside of the heap")
            .row(Sample.of(cpu), Sample.of(memory))
            .build());
  }
}
