package dev.mcpsession.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.cluster.TcpProxy;
import dev.mcpsession.config.OperatorConfig;
import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sessions fall due while the API server is away. Each is tried at growing intervals, of which the
 * last would end many seconds after the server's return.
 */
class ApiServerReturnIT {
  private static final Logger log = LoggerFactory.getLogger(ApiServerReturnIT.class);
  private static final int SESSIONS = 20;

  /** Until they are due; the operator must be ready and cut off by then. */
  private static final Duration LIFETIME = Duration.ofSeconds(20);

  /** From then on; the tries begin after 0.1 s and double. */
  private static final Duration AWAY = Duration.ofSeconds(25);

  /** Promised are 2 s; a busy machine may take longer. */
  private static final Duration SOON = Duration.ofSeconds(6);

  private final ScriptedCluster cluster = new ScriptedCluster();
  private TcpProxy proxy;

  @BeforeEach
  void open() throws IOException {
    URI server = URI.create(cluster.server.config().getMasterUrl());
    proxy = new TcpProxy(new InetSocketAddress(server.getHost(), server.getPort()));
  }

  @AfterEach
  void close() throws IOException {
    proxy.close();
    cluster.close();
  }

  @Test
  void whatFellDueMeanwhileIsDoneAtOnceWithFewRequests() throws Exception {
    Instant created = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    for (int i = 0; i < SESSIONS; i++) {
      cluster.session("team", "due" + i, created, LIFETIME);
    }
    Config config = cluster.server.config();
    config.setMasterUrl("http://127.0.0.1:" + proxy.port() + "/");
    try (OperatorProcess process =
        OperatorProcess.start(
            config, OperatorConfig.defaults(), OperatorOptions.alone(), why -> {})) {
      await().atMost(LIFETIME).until(() -> process.notReadyReason().isEmpty());
      proxy.cut();
      Duration away = Duration.between(Instant.now(), created.plus(LIFETIME).plus(AWAY));
      await().pollDelay(away).timeout(away.multipliedBy(2)).until(() -> true);
      assertThat(evicted()).isZero();

      int before = cluster.server.requests.size();
      long back = System.nanoTime();
      proxy.restore();
      await().pollInterval(Duration.ofMillis(10)).atMost(SOON).until(() -> evicted() == SESSIONS);
      List<String> requests =
          cluster.server.requests.stream()
              .skip(before)
              .filter(request -> !request.contains("/due") && !request.endsWith("/events"))
              .toList();
      log.info(
          "All were evicted {} ms after its return; other requests until then: {}",
          Duration.ofNanos(System.nanoTime() - back).toMillis(),
          requests);
      assertThat(requests).hasSizeLessThan(30);
    }
  }

  private long evicted() {
    return cluster.writes.stream().filter(write -> write.startsWith("DELETE")).distinct().count();
  }
}
