package dev.mcpsession.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.Names;
import dev.mcpsession.simulation.model.ModelWebhooks.Target;
import dev.mcpsession.simulation.model.Truth;
import io.fabric8.kubernetes.api.model.Event;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What users are told while an admission webhook cannot be reached, and afterwards. */
class FailingWebhookTest {
  private static final String WORDS = "no endpoints available for service \"policy\"";
  private static final Duration TOLD = Duration.ofSeconds(8);
  private static final Duration RECOVERY = Duration.ofSeconds(10);

  private final Scenario scenario = new Scenario();
  private final World world = scenario.world;

  @ParameterizedTest
  @CsvSource({
    "SERVICE, creating Service alice",
    "SECRET, creating Secret alice-1",
    "POD, creating Pod alice-1"
  })
  void aStartThatCannotGoOnSaysWhyAndGoesOnSoon(Target target, String request) {
    world.webhooks.fail(target);
    scenario.create();
    scenario.pass(TOLD);
    assertThat(scenario.reason("Ready")).isEqualTo("StartFailed");
    assertThat(scenario.message("Ready")).contains(request + " keeps failing: ").contains(WORDS);
    assertThat(scenario.reason("UpToDate")).isEqualTo("StartFailed");
    assertThat(scenario.message("UpToDate")).contains(WORDS);
    assertToldOnce("StartFailed");
    assertGoesOn();
  }

  @ParameterizedTest
  @EnumSource(
      value = Target.class,
      names = {"SERVICE", "SECRET", "POD"})
  void aReplacementThatCannotGoOnSaysWhyAndGoesOnSoon(Target target) {
    serve();
    world.webhooks.fail(target);
    scenario.useImage("two");
    scenario.pass(TOLD);
    assertThat(scenario.reason("Ready")).isEqualTo("Serving");
    assertThat(scenario.reason("UpToDate")).isEqualTo("ReplaceFailed");
    assertThat(scenario.message("UpToDate")).contains(WORDS);
    assertToldOnce("ReplaceFailed");
    assertGoesOn();
    assertThat(Truth.revision(scenario.session())).isEqualTo(2);
  }

  @Test
  void theSecretOfAnAttemptThatWasGivenUpGoesAfterItsPod() {
    scenario.create();
    scenario.useImage(ModelKubelet.HUNG_IMAGE);
    scenario.pass(Duration.ofSeconds(1));
    world.webhooks.fail(Target.SECRET);
    scenario.useImage("two");
    scenario.pass(Duration.ofSeconds(1));
    world.server.pods.remove("alice-1");
    scenario.pass(TOLD);
    assertThat(world.server.secrets.find("alice-1")).isNotNull();
    assertGoesOn();
    assertThat(world.server.secrets.find("alice-1")).isNull();
  }

  @Test
  void aServiceThatCannotBeMadeAgainIsNoServingSession() {
    serve();
    world.webhooks.fail(Target.SERVICE);
    world.server.services.remove("alice");
    scenario.pass(TOLD);
    assertThat(scenario.reason("Ready")).isEqualTo("BackendNotReady");
    assertThat(scenario.message("Ready")).contains("creating Service alice").contains(WORDS);
    assertThat(scenario.reason("UpToDate")).isEqualTo("ReplaceFailed");
    assertToldOnce("ReplaceFailed");
    assertGoesOn();
  }

  @Test
  void aServiceThatCannotBeCorrectedIsNoServingSession() {
    serve();
    world.webhooks.fail(Target.SERVICE);
    world.server.services.edit(
        world.server.services.read("alice"),
        copy -> copy.getSpec().setSelector(Map.of(Names.SESSION_LABEL, "nobody")));
    scenario.pass(TOLD);
    assertThat(scenario.reason("Ready")).isEqualTo("BackendNotReady");
    assertThat(scenario.message("Ready")).contains("changing Service alice").contains(WORDS);
    assertGoesOn();
  }

  @Test
  void aStatusThatCannotBeWrittenIsToldByAnEvent() {
    world.webhooks.fail(Target.STATUS);
    scenario.create();
    scenario.pass(TOLD);
    assertThat(scenario.session().getStatus()).isNull();
    assertToldOnce("StartFailed");
    assertThat(scenario.events("StartFailed").getFirst().getMessage())
        .startsWith("writing status of McpSession alice keeps failing: ");
    assertGoesOn();
  }

  @Test
  void aStatusThatCannotBeWrittenIsToldByTheNextEventIfTheFirstCannotBeWrittenEither() {
    world.webhooks.fail(Target.STATUS);
    world.webhooks.fail(Target.EVENT);
    scenario.create();
    scenario.pass(TOLD);
    assertThat(world.server.events.all()).isEmpty();
    world.webhooks.recover();
    world.webhooks.fail(Target.STATUS);
    scenario.pass(RECOVERY);
    assertToldOnce("StartFailed");
    assertGoesOn();
  }

  @Test
  void aPodThatCannotBeDeletedWithItsSuspensionIsTold() {
    serve();
    world.webhooks.fail(Target.POD);
    scenario.suspend();
    scenario.pass(TOLD);
    assertThat(scenario.reason("Ready")).isEqualTo("Suspended");
    assertThat(scenario.message("Ready")).contains("deleting Pod alice-1").contains(WORDS);
    world.webhooks.recover();
    scenario.pass(RECOVERY);
    assertThat(world.server.pods.all()).isEmpty();
    assertThat(scenario.message("Ready")).isEqualTo("spec.suspend is true");
  }

  @Test
  void aResumeThatCannotGoOnStillCountsAsOne() {
    serve();
    scenario.suspend();
    scenario.pass(TOLD);
    world.server.services.remove("alice");
    world.webhooks.fail(Target.SERVICE);
    scenario.useImage("one");
    scenario.pass(TOLD);
    assertThat(scenario.reason("Ready")).isEqualTo("StartFailed");
    assertGoesOn();
    assertThat(scenario.events("Resumed")).hasSize(1);
  }

  @Test
  void whatKeepsFailingCostsFewRequestsAndFewWrites() {
    world.webhooks.fail(Target.POD);
    scenario.create();
    scenario.pass(TOLD);
    int before = scenario.operator().connection.writes();
    scenario.pass(Duration.ofMinutes(4));
    assertThat(scenario.operator().connection.writes()).isEqualTo(before);
    scenario.pass(Duration.ofMinutes(4));
    assertThat(scenario.events("StartFailed"))
        .singleElement()
        .extracting(Event::getCount)
        .isEqualTo(2);
  }

  @Test
  void aSingleFailureIsNotTold() {
    world.webhooks.fail(Target.SERVICE);
    scenario.create();
    scenario.pass(Duration.ofSeconds(2));
    world.webhooks.recover();
    scenario.pass(RECOVERY);
    assertThat(scenario.reason("Ready")).isEqualTo("Serving");
    assertThat(scenario.events("StartFailed")).isEmpty();
  }

  private void serve() {
    scenario.create();
    scenario.pass(TOLD);
    assertThat(scenario.reason("Ready")).isEqualTo("Serving");
  }

  private void assertToldOnce(String reason) {
    assertThat(scenario.events(reason))
        .singleElement()
        .satisfies(event -> assertThat(event.getMessage()).contains(WORDS));
  }

  private void assertGoesOn() {
    world.webhooks.recover();
    scenario.pass(RECOVERY);
    assertThat(scenario.reason("Ready")).isEqualTo("Serving");
    assertThat(scenario.reason("UpToDate")).isEqualTo("Current");
    assertThat(scenario.message("Ready") + scenario.message("UpToDate")).doesNotContain("failing");
  }
}
