package dev.mcpsession.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.Names;
import dev.mcpsession.simulation.model.ModelCaches;
import dev.mcpsession.simulation.model.ModelWebhooks.Target;
import dev.mcpsession.simulation.model.Truth;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Children whose labels somebody took or changed. */
class LostLabelsTest {
  private static final Duration SHORT = Duration.ofSeconds(5);

  private final Scenario scenario = new Scenario();
  private final World world = scenario.world;

  @ParameterizedTest
  @CsvSource({
    Names.MANAGED_BY_LABEL + ",",
    Names.MANAGED_BY_LABEL + ", Helm",
    Names.SESSION_LABEL + ",",
    Names.SESSION_LABEL + ", bob",
    Names.REVISION_LABEL + ",",
    Names.REVISION_LABEL + ", 7",
    Names.SESSION_UID_LABEL + ", another"
  })
  void aServingPodGetsItsLabelsBack(String label, String value) {
    serve();
    label(pod("alice-1"), label, value);
    scenario.pass(SHORT);
    assertServesAsBefore();
  }

  @ParameterizedTest
  @CsvSource({
    Names.MANAGED_BY_LABEL + ",",
    Names.SESSION_LABEL + ",",
    Names.SESSION_LABEL + ", bob",
    Names.REVISION_LABEL + ","
  })
  void aPodWhoseLabelsGoWhileNoOperatorRunsGetsThemBack(String label, String value) {
    serve();
    scenario.operator().stop();
    label(pod("alice-1"), label, value);
    scenario.restartOperator();
    scenario.pass(SHORT);
    assertServesAsBefore();
  }

  @ParameterizedTest
  @CsvSource({
    Names.MANAGED_BY_LABEL + ",",
    Names.SESSION_LABEL + ",",
    Names.SESSION_LABEL + ", bob",
    Names.REVISION_LABEL + ","
  })
  void aCandidateGetsItsLabelsBack(String label, String value) {
    world.nodes.close();
    scenario.create();
    scenario.pass(SHORT);
    label(pod("alice-1"), label, value);
    world.nodes.open();
    scenario.pass(Duration.ofSeconds(20));
    assertServesAsBefore();
  }

  @Test
  void aPodWithoutLabelsIsStoppedWithItsSession() {
    serve();
    scenario.operator().stop();
    label(pod("alice-1"), Names.SESSION_LABEL, null);
    scenario.suspend();
    scenario.restartOperator();
    scenario.pass(SHORT);
    assertThat(scenario.reason("Ready")).isEqualTo("Suspended");
    assertThat(world.server.pods.all()).isEmpty();
  }

  @Test
  void aPodWithoutLabelsIsReplacedAndRemoved() {
    serve();
    label(pod("alice-1"), Names.SESSION_LABEL, null);
    scenario.useImage("two");
    scenario.pass(SHORT);
    assertThat(world.server.pods.all()).extracting(Truth::name).containsExactly("alice-2");
  }

  @Test
  void aPodWithoutLabelsThatIsLongInGoingIsReplacedMeanwhile() {
    serve();
    scenario.operator().stop();
    label(pod("alice-1"), Names.SESSION_LABEL, null);
    world.server.pods.edit(
        pod("alice-1"), copy -> copy.getMetadata().setFinalizers(List.of("example.com/wait")));
    world.server.delete(world.server.pods, "alice-1", null, null);
    scenario.restartOperator();
    scenario.pass(SHORT);
    assertThat(scenario.reason("Ready")).isEqualTo("Serving");
    assertThat(Truth.podName(scenario.session())).isEqualTo("alice-2");
  }

  @Test
  void aRetiredPodWithoutLabelsIsRemoved() {
    serve();
    scenario.useImage("two");
    scenario.passUntil(() -> Truth.revision(scenario.session()) == 2);
    label(pod("alice-1"), Names.SESSION_LABEL, null);
    scenario.pass(SHORT);
    assertThat(world.server.pods.all()).extracting(Truth::name).containsExactly("alice-2");
  }

  @ParameterizedTest
  @CsvSource({
    Names.MANAGED_BY_LABEL + ",",
    Names.SESSION_LABEL + ",",
    Names.SESSION_LABEL + ", bob"
  })
  void aServiceGetsItsLabelsBack(String label, String value) {
    serve();
    label(Objects.requireNonNull(world.server.services.find("alice")), label, value);
    scenario.pass(SHORT);
    assertServesAsBefore();
    assertThat(ModelCaches.labels(Objects.requireNonNull(world.server.services.find("alice"))))
        .containsEntry(Names.MANAGED_BY_LABEL, Names.MANAGED_BY)
        .containsEntry(Names.SESSION_LABEL, "alice");
  }

  @Test
  void aPodThatLosesItsLabelsAgainAndAgainIsReplaced() {
    serve();
    for (int i = 0; i < 6 && world.server.pods.find("alice-1") != null; i++) {
      label(pod("alice-1"), Names.SESSION_LABEL, null);
      scenario.pass(SHORT);
    }
    assertThat(Truth.podName(scenario.session())).isEqualTo("alice-2");
    assertThat(world.server.pods.all()).extracting(Truth::name).containsExactly("alice-2");
  }

  @Test
  void whatCannotBeGivenBackIsTold() {
    serve();
    world.webhooks.fail(Target.POD);
    label(pod("alice-1"), Names.SESSION_LABEL, null);
    scenario.pass(Duration.ofSeconds(8));
    assertThat(scenario.reason("Ready")).isEqualTo("BackendNotReady");
    assertThat(scenario.message("Ready")).contains("changing Pod alice-1 keeps failing");
    world.webhooks.recover();
    scenario.pass(Duration.ofSeconds(10));
    assertServesAsBefore();
  }

  @Test
  void aPodThatIsNotOursAnyMoreIsReplacedAndNotRoutedTo() {
    serve();
    world.server.pods.edit(
        pod("alice-1"), copy -> copy.getMetadata().setOwnerReferences(List.of()));
    scenario.pass(SHORT);
    assertThat(Truth.podName(scenario.session())).isEqualTo("alice-2");
    assertThat(scenario.events("BackendExited"))
        .singleElement()
        .satisfies(
            event ->
                assertThat(event.getMessage())
                    .isEqualTo(
                        "Pod alice-1 lost its owner reference, and is not the session's any more"));
    assertThat(endpoints()).extracting(Truth::name).containsExactly("alice-2");
  }

  @Test
  void aSuspendedSessionLeadsNobodyToAPodThatIsNotOursAnyMore() {
    serve();
    world.server.pods.edit(
        pod("alice-1"), copy -> copy.getMetadata().setOwnerReferences(List.of()));
    scenario.suspend();
    scenario.pass(SHORT);
    assertThat(endpoints()).isEmpty();
  }

  private void serve() {
    scenario.create();
    scenario.pass(Duration.ofSeconds(8));
    assertServesAsBefore();
  }

  private void assertServesAsBefore() {
    assertThat(scenario.reason("Ready")).as(world.trace.toString()).isEqualTo("Serving");
    assertThat(Truth.podName(scenario.session())).isEqualTo("alice-1");
    assertThat(endpoints()).extracting(Truth::name).containsExactly("alice-1");
    int writes = scenario.operator().connection.writes();
    int requests = scenario.operator().connection.requests();
    scenario.pass(Duration.ofMinutes(3));
    assertThat(scenario.operator().connection.writes()).isEqualTo(writes);
    assertThat(scenario.operator().connection.requests()).isEqualTo(requests);
  }

  private List<Pod> endpoints() {
    return new Truth(world.server)
        .endpoints(Objects.requireNonNull(world.server.services.find("alice")));
  }

  private Pod pod(String name) {
    return Objects.requireNonNull(world.server.pods.find(name));
  }

  private void label(HasMetadata child, String label, @Nullable String value) {
    Map<String, String> labels = new HashMap<>(ModelCaches.labels(child));
    if (value == null) {
      labels.remove(label);
    } else {
      labels.put(label, value);
    }
    if (child instanceof Pod pod) {
      world.server.pods.edit(pod, copy -> copy.getMetadata().setLabels(labels));
    } else {
      world.server.services.edit(
          Objects.requireNonNull(world.server.services.find(Truth.name(child))),
          copy -> copy.getMetadata().setLabels(labels));
    }
  }
}
