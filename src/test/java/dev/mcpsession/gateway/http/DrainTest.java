package dev.mcpsession.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.session.Connection.Binding;
import dev.mcpsession.gateway.session.Demand;
import dev.mcpsession.replicas.McpHttp.Answer;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What is still under way at a backend when the time is over that it had after its replacement. */
class DrainTest extends TwoBackends {
  DrainTest() {
    super(Pace.DEFAULT);
  }

  private CompletableFuture<Answer> call(String tool) {
    int before = first.seen().size();
    CompletableFuture<Answer> answer =
        client.postAsync(
            gateway.endpoint(),
            id,
            "{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"tools/call\",\"params\":{\"name\":\""
                + tool
                + "\",\"arguments\":{\"millis\":3000},\"_meta\":{\"progressToken\":1}}}");
    await().untilAsserted(() -> assertThat(first.seen()).hasSize(before + 1));
    return answer;
  }

  @Test
  void aRequestWithoutAnAnswerGetsAnErrorThatSaysSo() {
    first.set("answers", "json");
    CompletableFuture<Answer> hangs = call("hang");
    gateway.serve(second.endpoint(), 2);
    gateway.now = RunningGateway.START.plusSeconds(120);

    assertThat(hangs.join().status()).isEqualTo(502);
    assertThat(hangs.join().message())
        .contains("\"id\":5")
        .contains("-32603")
        .contains("was replaced while it worked on this request");
  }

  @Test
  void aStreamThatABackendHasNotBegunGetsAnErrorThatSaysSo() throws Exception {
    try (ServerSocket silent = new ServerSocket(0)) {
      URI nowhere = URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/mcp");
      gateway.connections.byId.computeIfPresent(
          id,
          (same, old) ->
              FakeConnections.with(
                  old, new Binding(1, Optional.of("silent"), Optional.of(nowhere))));
      gateway.serve(nowhere, 1);
      try (RawClient stream = gateway.connect()) {
        stream.request("GET", "alice", "Mcp-Session-Id: " + id + "\r\n");
        try (Socket accepted = silent.accept()) {
          assertThat(accepted.getInputStream().read()).isEqualTo('G');
          gateway.serve(second.endpoint(), 2);
          gateway.now = RunningGateway.START.plusSeconds(120);

          assertThat(stream.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 502");
        }
      }
    }
  }

  @Test
  void aStreamWithoutAnAnswerGetsAnErrorThatSaysSo() {
    first.set("answers", "sse");
    CompletableFuture<Answer> hangs = call("hang");
    gateway.serve(second.endpoint(), 2);
    gateway.now = RunningGateway.START.plusSeconds(120);

    assertThat(hangs.join().status()).isEqualTo(200);
    assertThat(hangs.join().message())
        .contains("\"id\":5")
        .contains("-32603")
        .contains("was replaced while it worked on this request");
  }

  @Test
  void whatIsInTimeIsAnsweredByTheOldBackend() {
    first.set("answers", "json");
    CompletableFuture<Answer> slow = call("sleep");
    gateway.serve(second.endpoint(), 2);
    gateway.now = RunningGateway.START.plusSeconds(119);

    assertThat(slow.join().status()).isEqualTo(200);
    assertThat(slow.join().message()).contains("sleptMillis");
  }

  @Test
  void aSecondReplacementGivesTheFirstBackendNoMoreTime() {
    first.set("answers", "json");
    CompletableFuture<Answer> hangs = call("hang");
    gateway.serve(second.endpoint(), 2);
    await().during(Duration.ofSeconds(2)).until(() -> !hangs.isDone()); // it is noticed
    gateway.sessions.answer(
        new Demand.Served(
            new Backend(
                RunningGateway.SESSION,
                3,
                second.endpoint(),
                RunningGateway.START.plusSeconds(110),
                Duration.ofMinutes(2),
                Duration.ofHours(1))));
    gateway.now = RunningGateway.START.plusSeconds(120);

    assertThat(hangs.join().status()).isEqualTo(502);
  }
}
