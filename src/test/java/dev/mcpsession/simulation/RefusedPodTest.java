package dev.mcpsession.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.simulation.model.ModelClusterApi;
import dev.mcpsession.simulation.model.Truth;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a Pod costs that the API server refuses again and again. */
class RefusedPodTest {
  private final Scenario scenario = new Scenario();
  private final World world = scenario.world;

  @ParameterizedTest
  @CsvSource({
    ModelClusterApi.INVALID_IMAGE + ", InvalidSpec",
    ModelClusterApi.FORBIDDEN_IMAGE + ", StartFailed"
  })
  void aStartThatIsRefusedCostsOneToken(String image, String reason) {
    scenario.create();
    scenario.useImage(image);
    scenario.pass(Duration.ofMinutes(30));
    assertThat(scenario.reason("Ready")).isEqualTo(reason);
    assertThat(world.issuer.issued()).isEqualTo(1);
    assertThat(tokenSecrets()).isEmpty();
    scenario.useImage("another");
    scenario.pass(Duration.ofSeconds(5));
    assertThat(scenario.reason("Ready")).isEqualTo("Serving");
    assertThat(world.issuer.issued()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {ModelClusterApi.INVALID_IMAGE, ModelClusterApi.FORBIDDEN_IMAGE})
  void aReplacementThatIsRefusedCostsOneToken(String image) {
    scenario.create();
    scenario.pass(Duration.ofSeconds(5));
    scenario.useImage(image);
    scenario.pass(Duration.ofMinutes(30));
    assertThat(scenario.reason("Ready")).isEqualTo("Serving");
    assertThat(scenario.reason("UpToDate")).isEqualTo("ReplaceFailed");
    assertThat(world.issuer.issued()).isEqualTo(2);
    assertThat(tokenSecrets()).containsExactly("alice-1");
  }

  @Test
  void whatIsInvalidIsTriedAgainEveryFiveMinutesAtMost() {
    scenario.create();
    scenario.useImage(ModelClusterApi.INVALID_IMAGE);
    scenario.pass(Duration.ofSeconds(5));
    Integer failures = scenario.session().getStatus().failures();
    assertThat(failures).isEqualTo(1);
    scenario.pass(Duration.ofMinutes(29));
    assertThat(scenario.session().getStatus().failures()).isBetween(5, 6);
  }

  @Test
  void anotherInvalidSpecCostsNoFurtherToken() {
    scenario.create();
    scenario.useImage(ModelClusterApi.INVALID_IMAGE);
    scenario.pass(Duration.ofSeconds(5));
    scenario.restartOperator();
    scenario.useInvalidImageOnPort(9090);
    scenario.pass(Duration.ofSeconds(5));
    assertThat(scenario.reason("Ready")).isEqualTo("InvalidSpec");
    assertThat(world.issuer.issued()).isEqualTo(1);
  }

  private List<String> tokenSecrets() {
    return world.server.secrets.all().stream()
        .map(Truth::name)
        .filter(name -> name.startsWith("alice-"))
        .toList();
  }
}
