package dev.mcpsession.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mcpsession.cli.OperatorOptions;
import dev.mcpsession.cli.OperatorProcess;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.config.IssuerProxies;
import dev.mcpsession.config.OperatorConfig;
import dev.mcpsession.issuer.ForgejoIssuer;
import io.fabric8.kubernetes.client.Config;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A Prometheus scrapes an operator that has work of every kind. */
@ClusterTest
@PrometheusTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MonitoringIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private Cluster cluster;
  private ForgejoIssuer issuer;
  private OperatorProcess operator;
  private RunningPrometheus prometheus;

  @BeforeAll
  void startAll(Cluster given, @TempDir Path folder) throws Exception {
    cluster = given;
    issuer = ForgejoIssuer.start();
    operator = startOperator();
    await("operator").atMost(PATIENCE).until(() -> operator.notReadyReason().isEmpty());
    new SessionsOfEveryKind(cluster, issuer).create();
    System.gc(); // which the meters of the garbage collector wait for
    prometheus = RunningPrometheus.start(folder, operator.httpPort(), hurriedAlerts());
    await("scrapes")
        .atMost(PATIENCE)
        .until(() -> prometheus.query("count_over_time(up[1m]) > 3").size() == 1);
  }

  @AfterAll
  void stopAll() throws Exception {
    if (prometheus != null) {
      prometheus.close();
    }
    if (operator != null) {
      operator.close();
    }
    issuer.close();
  }

  @Test
  @Order(1)
  void theOperatorIsScraped() throws Exception {
    assertThat(prometheus.query("up == 1")).hasSize(1);
  }

  @Test
  @Order(1)
  void everySeriesThatAlertsAndDashboardAskForIsInTheScrape() throws Exception {
    Set<String> scraped =
        Pattern.compile("(?m)^([a-zA-Z_:][\\w:]*)[{ ]")
            .matcher(scrape())
            .results()
            .map(series -> series.group(1))
            .collect(Collectors.toSet());
    assertThat(scraped)
        .containsAll(MetricsUseTest.used().stream().filter(MonitoringIT::isOfTheOperator).toList());
  }

  @Test
  @Order(1)
  void everyAlertIsLoadedAndEvaluatedWithoutError() throws Exception {
    await("evaluation")
        .atMost(PATIENCE)
        .until(
            () ->
                prometheus.rules().stream()
                    .allMatch(rule -> rule.path("health").asText().equals("ok")));
    assertThat(prometheus.rules())
        .extracting(rule -> rule.path("name").asText())
        .containsExactlyElementsOf(AlertRule.all().stream().map(AlertRule::name).toList());
  }

  @Test
  @Order(1)
  void everyQueryOfTheDashboardFindsSeriesWithTheLabelsOfItsLegend() {
    for (Dashboard.Query query : Dashboard.read().queries()) {
      if (!isOfTheOperator(query.expr())) {
        continue;
      }
      List<String> labels =
          Pattern.compile("\\{\\{(\\w+)}}")
              .matcher(query.legend())
              .results()
              .map(label -> label.group(1))
              .toList();
      // What is tried again and fails again is not always failing.
      await(query.toString())
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(ask(query))
                      .isNotEmpty()
                      .allMatch(one -> labels.stream().allMatch(one.path("metric")::has)));
    }
  }

  private static boolean isOfTheOperator(String expr) {
    return !expr.contains("mcpsession_gateway_") && !expr.contains("mcpsession_signin_");
  }

  @Test
  @Order(1)
  void theNamespaceOfASessionIsNotTakenForTheOperators() throws Exception {
    String selector =
        "{namespace=\"%s\",exported_namespace=\"%s\"}"
            .formatted(RunningPrometheus.NAMESPACE, cluster.namespace());
    assertThat(prometheus.query("mcpsession_sessions" + selector)).isNotEmpty();
  }

  @Test
  @Order(2)
  void sessionsThatCannotStartFireTheirAlertAndNoOther() {
    await("alert")
        .atMost(PATIENCE)
        .until(() -> prometheus.firing().equals(Set.of("McpSessionStartsStuck")));
  }

  @Test
  @Order(3)
  void anOperatorThatIsGoneFiresItsAlertAndNoOther() {
    operator.close();
    await("alert")
        .atMost(PATIENCE)
        .until(() -> prometheus.firing().equals(Set.of("McpSessionOperatorAbsent")));
  }

  private List<JsonNode> ask(Dashboard.Query query) throws Exception {
    return prometheus.query(
        query.with(
            Map.of(
                "__rate_interval",
                "1m",
                "job",
                RunningPrometheus.JOB,
                "namespace",
                RunningPrometheus.NAMESPACE)));
  }

  private OperatorProcess startOperator() throws Exception {
    OperatorOptions alone = OperatorOptions.alone();
    return OperatorProcess.start(
        Config.fromKubeconfig(cluster.kubeconfig().toFile()),
        OperatorConfig.parse(
            "tokenEndpoints: {allowed: [\"%s\"], allowHttp: true}"
                .formatted(issuer.tokenEndpoint())),
        new OperatorOptions(
            Set.of(cluster.namespace()),
            alone.http(),
            alone.leaderElection(),
            alone.identity(),
            cluster.namespace(),
            IssuerProxies.none()),
        why -> {});
  }

  private String scrape() throws Exception {
    URI metrics = URI.create("http://127.0.0.1:" + operator.httpPort() + "/metrics");
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  /** The alerts as they are shipped, but that they fire after a second. */
  private static String hurriedAlerts() throws Exception {
    return Files.readString(AlertRule.FILE).replaceAll("(?m)^( +for:) .*$", "$1 1s");
  }
}
