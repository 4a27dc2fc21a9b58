package dev.mcpsession.simulation;

import dev.mcpsession.api.Condition;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.simulation.model.ModelClusterApi;
import dev.mcpsession.simulation.model.Truth;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;

/** One session in the model of the cluster, where nothing happens by chance. */
final class Scenario {
  private static final String SESSION =
      """
      metadata: {name: alice}
      spec:
        user: alice
        idleTimeoutSeconds: 0
        drainSeconds: 1
        podTemplate: {spec: {containers: [{name: backend, image: one}]}}
        token: {serviceAccount: {name: default}}
      """;

  final Simulation simulation = new Simulation(1);
  final World world = simulation.world;
  private ModelOperator operator;

  Scenario() {
    world.faults.end();
    operator = simulation.startOperator();
  }

  void create() {
    world.server.createSession(Serialization.unmarshal(SESSION, McpSession.class));
  }

  McpSession session() {
    McpSession session = world.server.sessions.find("alice");
    if (session == null) {
      throw new AssertionError("no session " + world.trace);
    }
    return session;
  }

  /** Makes the session run with this image. */
  void useImage(String image) {
    specify(SESSION.replace("image: one", "image: " + image));
  }

  /** Another template that the API server refuses. */
  void useInvalidImageOnPort(int port) {
    specify(
        SESSION.replace("image: one", "image: " + ModelClusterApi.INVALID_IMAGE)
            + "  port: "
            + port
            + "\n");
  }

  void suspend() {
    specify(SESSION + "  suspend: true\n");
  }

  private void specify(String yaml) {
    world.server.sessions.edit(
        session(),
        copy -> {
          copy.setSpec(Serialization.unmarshal(yaml, McpSession.class).getSpec());
          copy.getMetadata().setGeneration(copy.getMetadata().getGeneration() + 1);
        });
  }

  /** The operator ends, and another one starts. */
  void restartOperator() {
    operator.stop();
    operator = simulation.startOperator();
  }

  ModelOperator operator() {
    return operator;
  }

  /** Everything that becomes due within this time happens. */
  void pass(Duration time) {
    Instant end = world.clock.instant().plus(time);
    settle();
    while (true) {
      Instant next = operator.events.nextAlarm();
      if (next == null || next.isAfter(end)) {
        break;
      }
      if (next.isAfter(world.clock.instant())) {
        world.clock.move(Duration.between(world.clock.instant(), next));
      }
      settle();
    }
    world.clock.move(Duration.between(world.clock.instant(), end));
    settle();
  }

  /** As {@link #pass}, at most a minute. */
  void passUntil(BooleanSupplier condition) {
    for (int i = 0; i < 600 && !condition.getAsBoolean(); i++) {
      pass(Duration.ofMillis(100));
    }
  }

  private void settle() {
    boolean busy = true;
    for (int i = 0; busy && i < 1_000; i++) {
      simulation.kubelet.settle();
      simulation.collector.work().forEach(Runnable::run);
      while (operator.events.isBehind()) {
        operator.events.deliverAny();
      }
      operator.events.fireDueAlarms();
      busy = operator.answerCall() || !operator.events.isIdle();
      operator.reconcileNext();
      busy |= operator.events.isBehind();
    }
    if (busy) {
      throw new AssertionError("the operator does not stop to work\n" + world.trace);
    }
  }

  /** Empty without the condition. */
  String message(String type) {
    Condition condition = Truth.condition(session(), type);
    return condition == null ? "" : condition.message();
  }

  /** Empty without the condition. */
  String reason(String type) {
    Condition condition = Truth.condition(session(), type);
    return condition == null ? "" : condition.reason();
  }

  List<Event> events(String reason) {
    return world.server.events.all().stream()
        .filter(event -> reason.equals(event.getReason()))
        .toList();
  }
}
