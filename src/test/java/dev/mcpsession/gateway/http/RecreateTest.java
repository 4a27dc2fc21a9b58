package dev.mcpsession.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.replicas.McpHttp.Answer;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A backend that stops before the next one starts: all that clients see is a wait. */
class RecreateTest extends TwoBackends {
  RecreateTest() {
    super(Pace.DEFAULT);
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

  @Test
  void whatIsUnderWayEndsAtTheOldBackendAndWhatIsNewWaitsForTheNextOne() {
    CompletableFuture<Answer> underWay = call(1, "sleep");
    await().until(() -> first.seen().getLast().method().equals("tools/call"));
    gateway.sessions.answer(null); // it stops

    CompletableFuture<Answer> fresh = call(2, "whoami");

    assertThat(underWay.join().message()).contains("sleptMillis");
    assertThat(fresh).isNotDone();
    gateway.promote(second.endpoint(), 2);
    assertThat(fresh.join().status()).isEqualTo(200);
    assertThat(second.seen()).anyMatch(it -> it.method().equals("tools/call"));
  }

  @Test
  void whatComesBeforeItIsKnownThatTheOldBackendHasStoppedWaitsAsWell() {
    first.close();
    gateway.sessions.waitAfterFailure = true; // which a live read finds

    CompletableFuture<Answer> fresh = call(1, "whoami");

    await().until(() -> gateway.sessions.liveReads.get() == 1);
    gateway.promote(second.endpoint(), 2);
    assertThat(fresh.join().status()).isEqualTo(200);
    assertThat(fresh.join().message()).contains("\"id\":1").contains("\"result\"");
  }
}
