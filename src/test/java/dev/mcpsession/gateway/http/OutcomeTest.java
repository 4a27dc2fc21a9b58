package dev.mcpsession.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutcomeTest {
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
