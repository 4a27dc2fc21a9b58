package dev.mcpsession.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.fixture.McpBackend;
import dev.mcpsession.gateway.http.ServerSettings.Limits;
import dev.mcpsession.gateway.session.Sessions.Change;
import dev.mcpsession.replicas.McpHttp;
import dev.mcpsession.replicas.McpHttp.Answer;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A backend that stops before the next one starts: all that clients see is a wait. */
class RecreateTest {
  private McpBackend old;
  private McpBackend next;
  private RunningGateway gateway;
  private McpHttp client;
  private String id;

  @BeforeEach
  void start() throws Exception {
    old = McpBackend.start();
    next = McpBackend.start();
    gateway = new RunningGateway(Limits.DEFAULT).serve(old.endpoint());
    client = new McpHttp("alice");
    id = client.initialize(gateway.endpoint()).sessionId().orElseThrow();
  }

  @AfterEach
  void stop() {
    client.close();
    gateway.close();
    old.close();
    next.close();
  }

  private CompletableFuture<Answer> call(int request, String tool) {
    return client.postAsync(
        gateway.endpoint(),
        id,
        "{\"jsonrpc\":\"2.0\",\"id\":"
            + request
            + ",\"method\":\"tools/call\",\"params\":{\"name\":\""
            + tool
            + "\",\"arguments\":{\"millis\":1500}}}");
  }

  private void promoted() {
    gateway.serve(next.endpoint(), 2);
    gateway.sessions.tell(new Change.Serving(RunningGateway.backend(next.endpoint(), 2)));
  }

  @Test
  void whatIsUnderWayEndsAtTheOldBackendAndWhatIsNewWaitsForTheNextOne() {
    CompletableFuture<Answer> underWay = call(1, "sleep");
    await().until(() -> old.seen().getLast().method().equals("tools/call"));
    gateway.sessions.answer(null); // it stops

    CompletableFuture<Answer> fresh = call(2, "whoami");

    assertThat(underWay.join().message()).contains("sleptMillis");
    assertThat(fresh).isNotDone();
    promoted();
    assertThat(fresh.join().status()).isEqualTo(200);
    assertThat(next.seen()).anyMatch(it -> it.method().equals("tools/call"));
  }

  @Test
  void whatComesBeforeItIsKnownThatTheOldBackendHasStoppedWaitsAsWell() {
    old.close();
    gateway.sessions.waitAfterFailure = true; // which a live read finds

    CompletableFuture<Answer> fresh = call(1, "whoami");

    await().until(() -> gateway.sessions.liveReads.get() == 1);
    promoted();
    assertThat(fresh.join().status()).isEqualTo(200);
    assertThat(fresh.join().message()).contains("\"id\":1").contains("\"result\"");
  }
}
