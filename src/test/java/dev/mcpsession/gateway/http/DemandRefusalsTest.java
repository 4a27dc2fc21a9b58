package dev.mcpsession.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.gateway.route.Refusal;
import dev.mcpsession.gateway.session.Demand;
import dev.mcpsession.gateway.session.Demand.Cause;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemandRefusalsTest {
  @ParameterizedTest
  @CsvSource({
    "STARTING,503,true",
    "FAILED,503,true",
    "SUSPENDED,503,true",
    "GRANT_REJECTED,401,true",
    "ENDING,503,true",
    "NOT_OWNED,404,false",
    "NO_TEMPLATE,404,false",
    "LIMITED,503,true",
    "API_AWAY,503,true",
    "REFUSED,503,true",
  })
  void everyCauseHasAStatus(Cause cause, int status, boolean words) {
    Refusal refusal =
        DemandRefusals.of(
            new Demand.NotServed(cause, "the words", Optional.of(Duration.ofMillis(2100))), "ch");

    assertThat(refusal.status()).isEqualTo(status);
    assertThat(refusal.message().equals("the words")).isEqualTo(words);
    if (status == 503) {
      assertThat(refusal.headers()).containsEntry("Retry-After", "3");
    } else if (status == 401) {
      assertThat(refusal.headers()).containsEntry("WWW-Authenticate", "ch");
    }
  }

  @ParameterizedTest
  @CsvSource({"SUSPENDED", "FAILED", "REFUSED"})
  void whatWaitsForSomebodyIsNotWorthAnotherTry(Cause cause) {
    assertThat(
            DemandRefusals.of(new Demand.NotServed(cause, "words", Optional.empty()), "ch")
                .headers())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "200,true,OK",
    "202,true,OK",
    "304,true,OK",
    "400,true,CLIENT_ERROR",
    "405,false,CLIENT_ERROR",
    "401,false,UNAUTHORIZED",
    "403,false,FORBIDDEN",
    "404,true,NOT_FOUND",
    "429,false,LIMITED",
    "500,true,BACKEND_ERROR",
    "502,false,BACKEND_ERROR",
    "503,false,UNAVAILABLE",
    "503,true,BACKEND_ERROR"
  })
  void aStatusIsAnOutcome(int status, boolean fromBackend, Outcome outcome) {
    assertThat(Outcome.of(status, fromBackend)).isEqualTo(outcome);
  }
}
