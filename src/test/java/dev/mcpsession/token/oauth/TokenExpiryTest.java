package dev.mcpsession.token.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.oauth2.sdk.util.JSONObjectUtils;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenExpiryTest {
  private static final Instant SENT = Instant.parse("2026-11-21T09:30:00Z");
  private static final long SENT_SECONDS = SENT.getEpochSecond();

  @ParameterizedTest
  @CsvSource({"1, 1", "3600, 3600", "'\"3600\"', 3600", "3600.9, 3600", "315360000, 315360000"})
  void aLifeThatCanBeIsCountedFromTheRequest(String expiresIn, long seconds) throws Exception {
    assertThat(
            TokenExpiry.granted(JSONObjectUtils.parse("{\"expires_in\": " + expiresIn + "}"), SENT))
        .isEqualTo(SENT.plusSeconds(seconds));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"expires_in\": null}",
        "{\"expires_in\": 0}",
        "{\"expires_in\": \"0\"}",
        "{\"expires_in\": -1}",
        "{\"expires_in\": 0.5}",
        "{\"expires_in\": 315360001}",
        "{\"expires_in\": 1e300}",
        "{\"expires_in\": -1e300}",
        "{\"expires_in\": 99999999999999999999999999}",
        "{\"expires_in\": \"99999999999999999999999999\"}",
        "{\"expires_in\": \"soon\"}",
        "{\"expires_in\": true}",
        "{\"expires_in\": [3600]}"
      })
  void aLifeThatCannotBeIsNotSaid(String answer) throws Exception {
    assertThat(TokenExpiry.granted(JSONObjectUtils.parse(answer), SENT)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "true, 1, true",
    "true, 7200, true",
    "true, 0, false",
    "true, -60, false",
    "true, 999999999, false",
    "false, 7200, false",
    "'\"true\"', 7200, false"
  })
  void anIntrospectionCountsOnlyIfTheTokenIsActiveAndTheExpiryAhead(
      String active, long ahead, boolean counts) throws Exception {
    String answer = "{\"active\": %s, \"exp\": %d}".formatted(active, SENT_SECONDS + ahead);
    assertThat(TokenExpiry.introspected(JSONObjectUtils.parse(answer), SENT))
        .isEqualTo(counts ? SENT.plusSeconds(ahead) : null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"active\": true}", "{}", "{\"active\": true, \"exp\": \"soon\"}"})
  void anIntrospectionWithoutExpirySaysNothing(String answer) throws Exception {
    assertThat(TokenExpiry.introspected(JSONObjectUtils.parse(answer), SENT)).isNull();
  }
}
