package dev.mcpsession.gateway.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class ApiCallsTest {
  private final ApiCalls calls = ApiCalls.onVirtualThreads();
  private final CountDownLatch end = new CountDownLatch(1);

  private String hang() {
    try {
      end.await();
      return "answer";
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whileNobodyIsAnsweredNobodyWaitsLong() {
    CompletableFuture<String> call = calls.call(this::hang);
    await().atMost(Duration.ofSeconds(6)).until(call::isDone);
    assertThatThrownBy(call::join).hasCauseInstanceOf(TimeoutException.class);
    end.countDown();
  }

  @Test
  void whileOthersAreAnsweredABusyApiServerIsWaitedFor() {
    CompletableFuture<String> call = calls.call(this::hang);
    await()
        .during(Duration.ofSeconds(4))
        .atMost(Duration.ofSeconds(8))
        .until(() -> calls.call(() -> 1).join() == 1 && !call.isDone());
    end.countDown();
    assertThat(call.join()).isEqualTo("answer");
  }
}
