package dev.mcpsession.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.VirtualTime;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ApiServerContactTest {
  private final VirtualTime time = new VirtualTime();
  private final ApiServerContact contact = new ApiServerContact(time);
  private final AtomicInteger asked = new AtomicInteger();

  @Test
  void anythingItAnswersIsHearing() {
    time.pass(Duration.ofSeconds(9));
    for (int code : new int[] {200, 101, 403, 404, 409, 429}) {
      time.pass(Duration.ofSeconds(9));
      contact.answered(code);
      assertThat(contact.away()).isEmpty();
    }
  }

  @Test
  void nobodyAsksWhileItIsHeard() {
    contact.askBy(asked::incrementAndGet);
    time.pass(Duration.ofSeconds(3));
    assertThat(contact.away()).isEmpty();
    assertThat(asked).hasValue(0);
  }

  @Test
  void afterALongSilenceTheAnswerToAQuestionCounts() {
    contact.askBy(() -> contact.answered(200));
    time.pass(Duration.ofHours(1));
    assertThat(contact.away()).isEmpty();
  }

  @Test
  void aServerThatRefusesConnectionsIsAwayWithItsError() {
    contact.askBy(
        () -> {
          throw new KubernetesClientException(
              "Operation: [get]", new IOException(new ConnectException("Connection refused")));
        });
    time.pass(Duration.ofSeconds(12));
    assertThat(contact.away())
        .contains("API server not heard for 12 s: ConnectException: Connection refused");
    time.pass(Duration.ofSeconds(5));
    contact.answered(200);
    assertThat(contact.away()).isEmpty();
  }

  @Test
  void aProxyThatAnswersForItIsNotHearing() {
    contact.askBy(() -> contact.answered(503));
    time.pass(Duration.ofSeconds(12));
    assertThat(contact.away()).contains("API server not heard for 12 s: HTTP status 503");
  }

  @Test
  void aServerThatDoesNotAnswerHoldsUpNoAskerAndGetsOneQuestionAtATime() {
    CountDownLatch hold = new CountDownLatch(1);
    contact.askBy(
        () -> {
          asked.incrementAndGet();
          try {
            hold.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    time.pass(Duration.ofSeconds(12));
    assertThat(contact.away()).contains("API server not heard for 12 s: no answer");
    assertThat(contact.away()).isPresent();
    await().until(() -> asked.get() == 1);
    hold.countDown();
  }
}
