package dev.mcpsession.gateway.course;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.mcpsession.gateway.course.Action.Refuse;
import dev.mcpsession.gateway.course.Action.SignInAgain;
import dev.mcpsession.gateway.route.Refusal;
import dev.mcpsession.gateway.session.Demand.Cause;
import dev.mcpsession.gateway.session.Demand.NotServed;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefusalsTest {
  private static Refusal refusal(Cause cause, Optional<Duration> retryAfter) {
    return assertThat(Refusals.notServed(new NotServed(cause, "the words", retryAfter)))
        .asInstanceOf(type(Refuse.class))
        .actual()
        .refusal();
  }

  @ParameterizedTest
  @CsvSource({
    "STARTING,503,true",
    "FAILED,503,true",
    "SUSPENDED,503,true",
    "ENDING,503,true",
    "NOT_OWNED,404,false",
    "NO_TEMPLATE,404,false",
    "LIMITED,503,true",
    "API_AWAY,503,true",
    "REFUSED,503,true",
  })
  void everyCauseHasAStatus(Cause cause, int status, boolean words) {
    Refusal refusal = refusal(cause, Optional.of(Duration.ofMillis(2100)));

    assertThat(refusal.status()).isEqualTo(status);
    assertThat(refusal.message().equals("the words")).isEqualTo(words);
    if (status == 503) {
      assertThat(refusal.headers()).containsEntry("Retry-After", "3");
    }
  }

  @Test
  void whoseGrantWasRejectedSignsInAgain() {
    assertThat(
            Refusals.notServed(new NotServed(Cause.GRANT_REJECTED, "the words", Optional.empty())))
        .isEqualTo(new SignInAgain("the words"));
  }

  @ParameterizedTest
  @CsvSource({"SUSPENDED", "FAILED", "REFUSED"})
  void whatWaitsForSomebodyIsNotWorthAnotherTry(Cause cause) {
    assertThat(refusal(cause, Optional.empty()).headers()).isEmpty();
  }
}
