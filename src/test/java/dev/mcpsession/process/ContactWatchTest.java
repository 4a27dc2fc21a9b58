package dev.mcpsession.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.VirtualTime;
import dev.mcpsession.process.RefusedCredentials.Kind;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ContactWatchTest {
  private final VirtualTime time = new VirtualTime();
  private final ApiServerContact contact = new ApiServerContact(time);
  private final List<String> ends = new CopyOnWriteArrayList<>();
  private final List<Duration> returns = new CopyOnWriteArrayList<>();
  private final AtomicInteger asked = new AtomicInteger();
  private volatile int answer = 200;

  private final ContactWatch watch = new ContactWatch(contact, ends::add);

  ContactWatchTest() {
    contact.whenReturned(returns::add);
    contact.askBy(
        () -> {
          asked.incrementAndGet();
          if (answer < 0) {
            throw new IllegalStateException("connection refused");
          }
          contact.answered(Kind.PROBE, answer);
        });
  }

  @Test
  void anIdleProcessSendsNothing() {
    for (int second = 0; second < 3600; second++) {
      second();
    }
    assertThat(asked).hasValue(0);
  }

  @Test
  void whileTheApiServerIsAwayItIsAskedOncePerSecondAndItsReturnIsToldOnce() {
    answer = -1;
    contact.sent();
    for (int second = 1; second <= 25; second++) {
      int before = second - 1;
      second();
      await().until(() -> asked.get() == before + 1);
    }
    assertThat(returns).isEmpty();
    answer = 200;
    await()
        .until(
            () -> {
              second();
              return !returns.isEmpty();
            });
    int after = asked.get();
    second();
    second();
    assertThat(asked).hasValue(after);
    assertThat(returns).hasSize(1);
    assertThat(returns.getFirst()).isGreaterThanOrEqualTo(Duration.ofSeconds(25));
  }

  @Test
  void anAnswerThatTakesItsTimeIsNoOutage() {
    contact.sent();
    second();
    await().until(() -> asked.get() == 1);
    contact.answered(Kind.OTHER, 200);
    second();
    assertThat(returns).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void credentialsThatAreRefusedFor5minEndTheProcessOnceWhicheverRequestsSeeIt(Kind kind) {
    for (int second = 0; second < 400; second++) {
      for (Kind other : Kind.values()) {
        contact.answered(other, other == kind ? 401 : 200);
      }
      watch.check();
      assertThat(ends).hasSize(second < 300 ? 0 : 1);
      time.pass(Duration.ofSeconds(1));
    }
    assertThat(ends.getFirst()).contains("refused the credentials", "for 300 s", "delete the Pod");
  }

  @Test
  void aSuccessInBetweenBeginsAnew() {
    for (int second = 0; second < 599; second++) {
      contact.answered(Kind.LEASE, second == 299 ? 200 : 401);
      watch.check();
      time.pass(Duration.ofSeconds(1));
    }
    assertThat(ends).isEmpty();
  }

  private void second() {
    time.pass(Duration.ofSeconds(1));
    watch.check();
  }
}
