package dev.mcpsession.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Rights in some of several namespaces. */
class ServedNamespacesTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  private final ScriptedCluster cluster = new ScriptedCluster();

  @Test
  void theOthersAreServedAndWhichIsNotIsSaidUntilTheRightIsGiven() throws Exception {
    cluster.session("a", "alice");
    cluster.session("b", "bob");
    cluster.forbidden.add("b");
    try (cluster;
        OperatorProcess process = CacheSyncTest.start(cluster, Set.of("a", "b"))) {
      awaitWriteIn("a");
      HttpResponse<String> ready = get(process, "/readyz");
      assertThat(ready.statusCode()).isEqualTo(200);
      assertThat(ready.body())
          .startsWith("ok: works on sessions\n")
          .contains("namespace b is not served: ", "list mcpsessions of mcpsession.dev");
      assertThat(get(process, "/metrics").body())
          .contains("mcpsession_namespaces_refused{namespace=\"b\"} 1.0");

      cluster.forbidden.clear();
      awaitWriteIn("b");
      await()
          .atMost(SOON)
          .until(() -> get(process, "/readyz").body().equals("ok: works on sessions\n"));
      assertThat(get(process, "/metrics").body())
          .contains("mcpsession_namespaces_refused{namespace=\"b\"} 0.0");
    }
  }

  @Test
  void withRightsInNoneItIsNotReadyAndSaysSo() throws Exception {
    cluster.forbidden.addAll(Set.of("a", "b"));
    try (cluster;
        OperatorProcess process = CacheSyncTest.start(cluster, Set.of("a", "b"))) {
      await()
          .atMost(SOON)
          .until(
              () ->
                  process
                      .notReadyReason()
                      .filter(why -> why.contains("(in namespace a)"))
                      .filter(why -> why.contains("(in namespace b)"))
                      .isPresent());
      assertThat(get(process, "/readyz").statusCode()).isEqualTo(503);
      cluster.forbidden.remove("a");
      await().atMost(SOON).until(() -> process.notReadyReason().isEmpty());
    }
  }

  @Test
  void aRightThatIsTakenAwayLaterEndsTheServiceThere() throws Exception {
    cluster.session("a", "alice");
    try (cluster;
        OperatorProcess process = CacheSyncTest.start(cluster, Set.of("a", "b"))) {
      await().atMost(SOON).until(() -> process.notReadyReason().isEmpty());
      cluster.forbidden.add("b");
      cluster.endWatches();
      await()
          .atMost(SOON)
          .until(() -> get(process, "/readyz").body().contains("namespace b is not served: "));
      cluster.forbidden.add("a");
      cluster.endWatches();
      await()
          .atMost(SOON)
          .until(
              () -> process.notReadyReason().orElse("").startsWith("No namespace can be served: "));
      cluster.forbidden.clear();
      await()
          .atMost(SOON)
          .until(() -> get(process, "/readyz").body().equals("ok: works on sessions\n"));
    }
  }

  private void awaitWriteIn(String namespace) {
    await()
        .atMost(SOON)
        .until(() -> cluster.writes.stream().anyMatch(w -> w.contains("/namespaces/" + namespace)));
  }

  private static HttpResponse<String> get(OperatorProcess process, String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + process.httpPort() + path))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }
}
