package dev.mcpsession.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mcpsession.metrics.SessionMetrics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpEndpointTest {
  private static final InetSocketAddress ANY =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  private final HttpClient client = HttpClient.newHttpClient();
  private volatile HttpEndpoint.Response ready = HttpEndpoint.Response.text(200, "ok");
  private final Meters meters = new Meters();
  private HttpEndpoint endpoint;

  @BeforeEach
  void open() throws IOException {
    new SessionMetrics(meters.registry());
    endpoint = new HttpEndpoint(ANY, () -> ready, meters::scrape);
  }

  @AfterEach
  void close() {
    endpoint.close();
    meters.close();
    client.close();
  }

  @Test
  void readinessFollowsWhatItIsToldAndHealthDoesNot() throws Exception {
    assertThat(get("/readyz").statusCode()).isEqualTo(200);
    ready = HttpEndpoint.Response.text(503, "API server not heard for 12 s: ConnectException");
    assertThat(get("/readyz").statusCode()).isEqualTo(503);
    assertThat(get("/readyz").body())
        .isEqualTo("API server not heard for 12 s: ConnectException\n");
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
    assertThat(get("/healthz").body()).isEqualTo("ok\n");
  }

  @Test
  void metricsComeAsPrometheusTextOrAsOpenMetrics() throws Exception {
    HttpResponse<String> text = get("/metrics");
    assertThat(text.headers().firstValue("Content-Type"))
        .get()
        .asString()
        .startsWith("text/plain; version=0.0.4");
    assertThat(text.body()).contains("mcpsession_backend_exits_total 0.0", "jvm_memory_used_bytes");

    HttpResponse<String> open =
        client.send(
            request("/metrics")
                .header("Accept", "application/openmetrics-text;version=1.0.0")
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(open.headers().firstValue("Content-Type"))
        .get()
        .asString()
        .startsWith("application/openmetrics-text");
    assertThat(open.body()).contains("mcpsession_backend_exits_total 0.0").endsWith("# EOF\n");
  }

  @Test
  void aSlowAnswerHoldsUpNobodyElse() throws Exception {
    CountDownLatch hold = new CountDownLatch(1);
    try (HttpEndpoint slow =
        new HttpEndpoint(
            ANY,
            () -> {
              try {
                hold.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return ready;
            },
            meters::scrape)) {
      var waiting =
          client.sendAsync(
              HttpRequest.newBuilder(uri(slow, "/readyz")).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(
              client
                  .send(
                      HttpRequest.newBuilder(uri(slow, "/healthz")).build(),
                      HttpResponse.BodyHandlers.ofString())
                  .statusCode())
          .isEqualTo(200);
      hold.countDown();
      assertThat(waiting.get().statusCode()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/healthz/x", "/healthzz", "/metrics/"})
  void otherPathsAreNotFound(String path) throws Exception {
    assertThat(get(path).statusCode()).isEqualTo(404);
  }

  @Test
  void otherMethodsAreRefusedAndHeadHasNoBody() throws Exception {
    HttpResponse<String> posted =
        client.send(
            request("/metrics").POST(HttpRequest.BodyPublishers.ofString("x")).build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(posted.statusCode()).isEqualTo(405);
    HttpResponse<String> head =
        client.send(request("/healthz").HEAD().build(), HttpResponse.BodyHandlers.ofString());
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
  }

  @Test
  void anAnswerThatFailsIsAnInternalErrorWithoutDetails() throws Exception {
    try (HttpEndpoint failing =
        new HttpEndpoint(
            ANY,
            () -> {
              throw new IllegalStateException("detail");
            },
            meters::scrape)) {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(uri(failing, "/readyz")).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(500);
      assertThat(answer.body()).doesNotContain("detail");
    }
  }

  @Test
  void anAddressInUseIsNamed() {
    InetSocketAddress taken =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), endpoint.port());
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> new HttpEndpoint(taken, () -> ready, meters::scrape).close())
        .withMessageContaining(":" + endpoint.port() + ": ");
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(uri(endpoint, path));
  }

  private static URI uri(HttpEndpoint endpoint, String path) {
    return URI.create("http://" + ANY.getAddress().getHostAddress() + ":" + endpoint.port() + path);
  }
}
