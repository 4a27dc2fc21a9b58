package dev.mcpsession.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallLimitsTest {
  private final CallLimits limits = new CallLimits(5, 2);
  private final CountDownLatch answers = new CountDownLatch(1);
  private final Map<String, AtomicInteger> inFlight = new ConcurrentHashMap<>();
  private final List<Thread> threads = new ArrayList<>();

  @AfterEach
  void endCalls() {
    threads.forEach(Thread::interrupt);
  }

  @Test
  void soManyCallsToOneIssuerGoOnAtATime() {
    List<Thread> calls = List.of(call("a"), call("a"), call("a"));
    awaitWaiting(calls);
    assertThat(inFlight("a")).isEqualTo(2);
    answers.countDown();
    awaitEnd(calls);
  }

  @Test
  void soManyCallsGoOnAtATimeInAll() {
    List<Thread> calls =
        List.of(call("a"), call("a"), call("b"), call("b"), call("c"), call("c"), call("d"));
    awaitWaiting(calls);
    assertThat(inFlight.values().stream().mapToInt(AtomicInteger::get).sum()).isEqualTo(5);
    answers.countDown();
    awaitEnd(calls);
  }

  @Test
  void whoWaitsForASilentIssuerHoldsUpNoOther() throws Exception {
    List<Thread> silent = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      silent.add(call("silent"));
    }
    awaitWaiting(silent);
    assertThat(limits.call("other", () -> "token")).isEqualTo("token");
    assertThat(inFlight("silent")).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "https://git.example/one/token, https://git.example/two/token",
    "https://git.example/token, https://git.example:443/revoke?x=y",
    "https://git.example/token, HTTPS://Git.Example/token",
    "http://git.example/token, http://git.example:80",
    "https://[2001:DB8::1]/token, https://[2001:db8::1]:443/other"
  })
  void urlsOfOneHostAreOneIssuer(String url, String other) {
    List<Thread> calls = List.of(call(url), call(other), call(url), call(other));
    awaitWaiting(calls);
    assertThat(inFlight(url) + inFlight(other)).isEqualTo(2);
    assertThat(limits.issuers()).isEqualTo(1);
    answers.countDown();
    awaitEnd(calls);
  }

  @ParameterizedTest
  @CsvSource({
    "https://git.example/token, http://git.example/token",
    "https://git.example/token, https://git.example:8443/token",
    "https://git.example/token, https://git2.example/token"
  })
  void otherwiseTheyAreTwo(String url, String other) {
    List<Thread> calls = List.of(call(url), call(other), call(url), call(other));
    awaitWaiting(calls);
    assertThat(inFlight(url)).isEqualTo(2);
    assertThat(inFlight(other)).isEqualTo(2);
    answers.countDown();
    awaitEnd(calls);
  }

  @Test
  void nothingIsKeptOfAnIssuerThatNobodyCalls() throws Exception {
    for (int i = 0; i < 1000; i++) {
      limits.call("https://issuer-" + i + ".example/token", () -> "token");
    }
    Thread waiting = call("https://git.example/token");
    awaitWaiting(List.of(waiting));
    assertThat(limits.issuers()).isEqualTo(1);
    waiting.interrupt();
    awaitEnd(List.of(waiting));
    assertThat(limits.issuers()).isZero();
  }

  @Test
  void anInterruptWhileWaitingForTheIssuerGivesThePlaceBack() throws Exception {
    List<Thread> first = List.of(call("a"), call("a"));
    awaitWaiting(first);
    Thread waiting = call("a");
    awaitWaiting(List.of(waiting));
    waiting.interrupt();
    awaitEnd(List.of(waiting));
    answers.countDown();
    awaitEnd(first);
    assertThatAllPlacesAreFree();
  }

  @Test
  void anInterruptWhileWaitingForAnyPlaceGivesTheIssuersPlaceBack() throws Exception {
    List<Thread> first = List.of(call("a"), call("a"), call("b"), call("b"), call("c"));
    awaitWaiting(first);
    List<Thread> waiting = List.of(call("d"), call("d"));
    awaitWaiting(waiting);
    waiting.forEach(Thread::interrupt);
    awaitEnd(waiting);
    answers.countDown();
    awaitEnd(first);
    assertThatAllPlacesAreFree();
  }

  @Test
  void aCallThatFailsGivesItsPlacesBack() throws Exception {
    for (int i = 0; i < 10; i++) {
      assertThatThrownBy(
              () ->
                  limits.call(
                      "a",
                      () -> {
                        throw new TokenFailure(TokenFailure.Kind.FAILED, "no");
                      }))
          .isInstanceOf(TokenFailure.class);
      assertThatThrownBy(
              () ->
                  limits.call(
                      "a",
                      () -> {
                        throw new IllegalStateException("broken");
                      }))
          .isInstanceOf(IllegalStateException.class);
    }
    answers.countDown();
    assertThatAllPlacesAreFree();
  }

  @Test
  void callsToOneIssuerAreMadeInTheOrderInWhichTheyCame() throws Exception {
    List<Integer> order = new ArrayList<>();
    List<Thread> first = List.of(call("a"), call("a"));
    awaitWaiting(first);
    List<Thread> waiting = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      int number = i;
      Thread thread =
          start(
              () ->
                  limits.call(
                      "a",
                      () -> {
                        synchronized (order) {
                          order.add(number);
                        }
                        return null;
                      }));
      awaitWaiting(List.of(thread));
      waiting.add(thread);
    }
    first.getFirst().interrupt(); // one place stays taken, so that they go one after the other
    awaitEnd(waiting);
    synchronized (order) {
      assertThat(order).hasSize(20).isSorted();
    }
  }

  /** All five, as far as two an issuer allow. */
  private void assertThatAllPlacesAreFree() throws Exception {
    CountDownLatch all = new CountDownLatch(5);
    List<Thread> calls = new ArrayList<>();
    for (String issuer : List.of("a", "a", "b", "d", "d")) {
      calls.add(
          start(
              () ->
                  limits.call(
                      issuer,
                      () -> {
                        all.countDown();
                        all.await();
                        return null;
                      })));
    }
    awaitEnd(calls);
    assertThat(all.getCount()).isZero();
  }

  /** One that is answered when all are. */
  private Thread call(String issuer) {
    AtomicInteger number = inFlight.computeIfAbsent(issuer, name -> new AtomicInteger());
    return start(
        () ->
            limits.call(
                issuer,
                () -> {
                  number.incrementAndGet();
                  answers.await();
                  return null;
                }));
  }

  private int inFlight(String issuer) {
    return inFlight.getOrDefault(issuer, new AtomicInteger()).get();
  }

  @FunctionalInterface
  private interface Step {
    void run() throws TokenFailure, InterruptedException;
  }

  private Thread start(Step step) {
    Thread thread =
        Thread.startVirtualThread(
            () -> {
              try {
                step.run();
              } catch (TokenFailure e) {
                throw new IllegalStateException(e);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    threads.add(thread);
    return thread;
  }

  /** For the issuer's answer or for a place. */
  private static void awaitWaiting(List<Thread> calls) {
    await()
        .pollInterval(Duration.ofMillis(5))
        .until(() -> calls.stream().allMatch(one -> one.getState() == Thread.State.WAITING));
  }

  private static void awaitEnd(List<Thread> calls) {
    await()
        .pollInterval(Duration.ofMillis(5))
        .until(() -> calls.stream().noneMatch(Thread::isAlive));
  }
}
