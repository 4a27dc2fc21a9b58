package dev.mcpsession.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointCallsTest {
  private final CallLimits limits = new CallLimits(5, 1);
  private final Outages outages = new Outages((delay, alarm) -> {}, () -> 0, () -> 0.5);
  private final EndpointCalls calls = new EndpointCalls(limits, outages);

  @Test
  void aCallThatIsNotWantedAnyMoreWhenItsTurnComesIsNotMade() throws Exception {
    CountDownLatch answer = new CountDownLatch(1);
    AtomicBoolean wanted = new AtomicBoolean(true);
    AtomicInteger made = new AtomicInteger();
    Thread first = call("https://git.example/a", new AtomicBoolean(true), answer, made);
    await().until(() -> made.get() == 1);
    Thread queued = call("https://git.example/b", wanted, answer, made);
    await().until(() -> queued.getState() == Thread.State.WAITING);
    wanted.set(false);
    answer.countDown();
    first.join();
    queued.join();
    assertThat(made).hasValue(1);
    assertThat(limits.issuers()).isZero();
  }

  @Test
  void whatWaitsForASilentEndpointIsRefusedOnceItIsKnownToFail() throws Exception {
    CompletableFuture<String> silent = new CompletableFuture<>();
    AtomicInteger made = new AtomicInteger();
    Thread first =
        Thread.startVirtualThread(
            () ->
                assertThatThrownBy(
                        () ->
                            calls.call(
                                "https://git.example/token",
                                () -> true,
                                () -> {
                                  made.incrementAndGet();
                                  silent.join();
                                  throw new TokenFailure(
                                      TokenFailure.Kind.UNAVAILABLE, "no answer");
                                }))
                    .hasMessage("no answer"));
    await().until(() -> made.get() == 1);
    Thread queued =
        call("https://git.example/token", new AtomicBoolean(true), new CountDownLatch(0), made);
    await().until(() -> queued.getState() == Thread.State.WAITING);
    silent.complete("");
    first.join();
    queued.join();
    assertThat(made).hasValue(1);
  }

  @ParameterizedTest
  @CsvSource({
    "https://git.example/token, https://GIT.example:443/token?x=1, true",
    "https://git.example/token, HTTPS://git.example/token, true",
    "https://git.example/one/token, https://git.example/two/token, false",
    "https://git.example/token, https://git.example:8443/token, false",
    "https://git.example/token, http://git.example/token, false"
  })
  void anEndpointIsItsUrlWithoutTheQuery(String failing, String other, boolean same) {
    assertThatThrownBy(
            () ->
                calls.call(
                    failing,
                    () -> true,
                    () -> {
                      throw new TokenFailure(TokenFailure.Kind.UNAVAILABLE, "no answer");
                    }))
        .hasMessage("no answer");
    if (same) {
      assertThatThrownBy(() -> calls.check(other)).hasMessage("no answer");
    } else {
      assertThat(refused(other)).isFalse();
    }
  }

  private boolean refused(String endpoint) {
    try {
      calls.check(endpoint);
      return false;
    } catch (TokenFailure e) {
      return true;
    }
  }

  private Thread call(String url, AtomicBoolean wanted, CountDownLatch answer, AtomicInteger made) {
    return Thread.startVirtualThread(
        () -> {
          try {
            calls.call(
                url,
                wanted::get,
                () -> {
                  made.incrementAndGet();
                  answer.await();
                  return "token";
                });
          } catch (TokenFailure e) {
            // It was not made.
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }
}
