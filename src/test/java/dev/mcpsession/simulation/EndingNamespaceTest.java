package dev.mcpsession.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What sessions cost whose namespace is being deleted, Pods first. */
class EndingNamespaceTest {
  private static final Duration SHORT = Duration.ofSeconds(5);

  private final Scenario scenario = new Scenario();
  private final World world = scenario.world;

  @Test
  void nothingIsTriedAgainAfterTheFirstRefusal() {
    scenario.create();
    scenario.pass(SHORT);
    assertThat(scenario.reason("Ready")).isEqualTo("Serving");
    int requests = scenario.operator().connection.requests();
    int writes = scenario.operator().connection.writes();
    world.server.endNamespace();
    world.server.pods.remove("alice-1");
    world.server.secrets.remove("alice-1");
    world.server.services.remove("alice");
    scenario.pass(Duration.ofMinutes(4));
    assertThat(scenario.operator().connection.requests() - requests).isLessThanOrEqualTo(4);
    assertThat(scenario.operator().connection.writes() - writes).isLessThanOrEqualTo(1);
  }
}
