package dev.mcpsession.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.VirtualTime;
import dev.mcpsession.process.RefusedCredentials.Kind;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ApiServerContactTest {
  private final VirtualTime time = new VirtualTime();
  private final ApiServerContact contact = new ApiServerContact(time);
  private final AtomicInteger asked = new AtomicInteger();

  @Test
  void anythingItAnswersIsHearing() {
    time.pass(Duration.ofSeconds(9));
    for (int code : new int[] {200, 101, 403, 404, 409, 429}) {
      time.pass(Duration.ofSeconds(9));
      contact.answered(Kind.OTHER, code);
      assertThat(contact.away()).isEmpty();
    }
  }

  @Test
  void aRequestWithoutAnAnswerForTwoSecondsMeansSilenceUntilTheNextAnswer() {
    time.pass(Duration.ofMinutes(1));
    assertThat(contact.isSilent()).isFalse(); // nobody asked
    contact.sent();
    time.pass(Duration.ofMillis(1999));
    contact.sent();
    assertThat(contact.isSilent()).isFalse();
    time.pass(Duration.ofMillis(1));
    assertThat(contact.isSilent()).isTrue();
    contact.answered(Kind.PROBE, 200);
    assertThat(contact.isSilent()).isFalse();
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
    contact.askBy(() -> contact.answered(Kind.PROBE, 200));
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
    contact.answered(Kind.PROBE, 200);
    assertThat(contact.away()).isEmpty();
  }

  @Test
  void aProxyThatAnswersForItIsNotHearing() {
    contact.askBy(() -> contact.answered(Kind.PROBE, 503));
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

  @Test
  void aRefusalOfTheCredentialsIsNoSignOfLife() {
    contact.askBy(() -> contact.answered(Kind.PROBE, 401));
    time.pass(Duration.ofSeconds(12));
    assertThat(contact.away())
        .contains(
            "API server not heard for 12 s: it refuses the credentials of this process (401"
                + " Unauthorized)");
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void credentialsThatAreRefusedFor30sAreNamedWhicheverRequestsSeeIt(Kind kind) {
    for (int second = 0; second <= 30; second += 2) {
      for (Kind other : Kind.values()) {
        contact.answered(other, other == kind ? 401 : 200);
      }
      assertThat(contact.away().isPresent()).isEqualTo(second == 30);
      time.pass(Duration.ofSeconds(2));
    }
    assertThat(contact.away()).get().asString().contains("credentials", "401", "delete the Pod");

    contact.answered(kind, 200);
    assertThat(contact.away()).isEmpty();
  }

  @Test
  void refusalsBetweenSuccessesAreNothing() {
    for (int second = 0; second < 600; second++) {
      contact.answered(Kind.OTHER, second % 8 == 0 ? 200 : 401);
      assertThat(contact.away()).isEmpty();
      time.pass(Duration.ofSeconds(1));
    }
  }

  @Test
  void aFewRefusalsFarApartAreNothing() {
    for (int i = 0; i < 10; i++) {
      contact.answered(Kind.OTHER, 401);
      time.pass(Duration.ofMinutes(2));
      contact.answered(Kind.PROBE, 200);
      assertThat(contact.away()).isEmpty();
    }
  }
}
