package dev.mcpsession.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.cluster.TcpProxy;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** The operator is cut off from the API server, while others still reach it. */
@ClusterTest
class ApiServerAwayIT {
  private final Cluster cluster;
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private TcpProxy way;
  private KubernetesClient client;

  ApiServerAwayIT(Cluster cluster) {
    this.cluster = cluster;
  }

  @BeforeEach
  void connect() throws IOException {
    URI server = URI.create(cluster.client().getConfiguration().getMasterUrl());
    way = new TcpProxy(new InetSocketAddress(server.getHost(), server.getPort()));
    Config config =
        new ConfigBuilder(Config.fromKubeconfig(cluster.kubeconfig().toFile()))
            .withMasterUrl("https://127.0.0.1:" + way.port())
            .withRequestTimeout(10_000)
            .withRequestRetryBackoffLimit(2)
            .build();
    client = new KubernetesClientBuilder().withConfig(config).build();
    log.start();
    root().addAppender(log);
  }

  @AfterEach
  void disconnect() throws IOException {
    root().detachAppender(log);
    cluster.sessions().delete();
    client.close();
    way.close();
  }

  @ParameterizedTest(name = "{0} for {1} s")
  @CsvSource({"cut, 60", "silent, 25"})
  void whatServesGoesOnAndWhatFellDueIsDoneAfterwards(String how, int seconds) throws IOException {
    LiveSession steady = session("steady-" + how + seconds);
    LiveSession idle = session("idle-" + how + seconds);
    LiveSession renewed = session("renewed-" + how + seconds);
    LiveSession late = session("late-" + how + seconds);
    String namespace = cluster.namespace();
    var sources = RunningController.sources(client);
    try (var history = new SessionHistory(cluster.client(), namespace, renewed.name());
        var lateHistory = new SessionHistory(cluster.client(), namespace, late.name());
        var operator = new RunningController(client, namespace, api -> api, sources)) {
      serve(steady, 0);
      serve(renewed, 0);
      serve(idle, 5);
      String uid = steady.ownPods().getFirst().getMetadata().getUid();

      log.list.clear();
      if (how.equals("cut")) {
        way.cut();
      } else {
        way.silence();
      }
      renewed.source(Map.of("token", "second"));
      late.source(Map.of("token", "first"));
      create(late, 0);
      await()
          .pollDelay(Duration.ofSeconds(seconds))
          .timeout(Duration.ofMinutes(2))
          .until(() -> true);
      assertThat(List.of(steady.isServing(), idle.isServing(), renewed.isServing()))
          .containsOnly(true);
      assertThat(late.ownPods()).isEmpty();
      assertThat(log.list).hasSizeLessThanOrEqualTo(20 + 4 * seconds);

      way.restore();
      Eventually.assertThat(
          () -> {
            assertThat(idle.get()).isNull();
            assertThat(renewed.servedToken()).isEqualTo("second");
            assertThat(late.isServing()).isTrue();
          });
      Eventually.assertThat(() -> assertThat(renewed.ownPods()).hasSize(1));
      assertThat(history.podsMade()).hasSize(2);
      assertThat(history.mostLive()).isEqualTo(2);
      assertThat(lateHistory.podsMade()).hasSize(1);
      assertThat(steady.isServing()).isTrue();
      assertThat(steady.ownPods().getFirst().getMetadata().getUid()).isEqualTo(uid);
      assertThat(operator).isNotNull();
    }
  }

  private LiveSession session(String name) {
    return new LiveSession(cluster.client(), cluster.namespace(), name);
  }

  private static void serve(LiveSession session, int idleTimeout) {
    session.source(Map.of("token", "first"));
    create(session, idleTimeout);
    Eventually.assertThat(() -> assertThat(session.isServing()).isTrue());
  }

  private static void create(LiveSession session, int idleTimeout) {
    session.create(
        "{idleTimeoutSeconds: %d, drainSeconds: 0, token: {secret: {name: %s-source}}}"
            .formatted(idleTimeout, session.name()),
        LiveSession.FAKE);
  }

  private static Logger root() {
    return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }
}
