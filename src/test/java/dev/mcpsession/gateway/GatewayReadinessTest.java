package dev.mcpsession.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.process.HttpEndpoint.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class GatewayReadinessTest {
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final AtomicBoolean serving = new AtomicBoolean();
  private final List<String> missing = new ArrayList<>();
  private final List<String> apiServer = new ArrayList<>();
  private final List<String> issuers = new ArrayList<>();
  private final GatewayReadiness readiness =
      new GatewayReadiness(
          stopping::get, serving::get, () -> missing, List.of(() -> apiServer, () -> issuers));

  @Test
  void beforeItsCachesAreFilledItSaysWhatIsMissing() {
    missing.add("mcpsessions: forbidden");
    assertAnswer(503, "the caches are not filled yet: mcpsessions: forbidden\n");
    missing.clear();
    assertAnswer(503, "about to take requests\n");
  }

  @Test
  void beforeItsCachesAreFilledAnAbsentApiServerIsTheReason() {
    missing.add("mcpsessions");
    apiServer.add("API server not heard for 12 s: no answer");
    assertAnswer(503, "the caches are not filled yet: API server not heard for 12 s: no answer\n");
  }

  @Test
  void onceItServesItStaysReadyAndNamesWhoIsAway() {
    serving.set(true);
    assertAnswer(200, "ok: takes requests\n");
    apiServer.add("API server not heard for 12 s: no answer");
    issuers.add("issuer https://sso.example: HTTP status 502; its last keys are used");
    assertAnswer(
        200,
        """
        ok, but: API server not heard for 12 s: no answer
        issuer https://sso.example: HTTP status 502; its last keys are used
        """);
  }

  @Test
  void itIsNotReadyFromTheBeginningOfItsEndOn() {
    serving.set(true);
    stopping.set(true);
    assertAnswer(503, "stopping\n");
  }

  private void assertAnswer(int status, String body) {
    Response answer = readiness.answer();
    assertThat(answer.body()).isEqualTo(body);
    assertThat(answer.status()).isEqualTo(status);
  }
}
