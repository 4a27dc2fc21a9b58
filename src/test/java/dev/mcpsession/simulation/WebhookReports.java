package dev.mcpsession.simulation;

import dev.mcpsession.api.Condition;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.simulation.model.Truth;
import dev.mcpsession.simulation.rule.Invariants;
import io.fabric8.kubernetes.api.model.Service;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What is said while webhooks cannot be reached, and that nothing is said of it afterwards. */
final class WebhookReports {
  private static final Duration TOLD = Duration.ofSeconds(60);

  /** From the first failure of a write to the first try after five seconds, and more. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Duration RECOVERY = Duration.ofSeconds(10);

  private final World world;
  private final Settling settling;
  private final Truth truth;

  WebhookReports(World world, Settling settling) {
    this.world = world;
    this.settling = settling;
    this.truth = new Truth(world.server);
  }

  /** What cannot be done is told: no session serves without endpoints while nothing is said. */
  void check() {
    if (!world.webhooks.anyFails()) {
      return;
    }
    settling.pass(TOLD);
    Set<String> silent = silent();
    if (!silent.isEmpty()) {
      // A Pod that started slowly may have been promoted a moment ago, and what fails is told after
      // five seconds only, by the next try.
      settling.pass(PATIENCE);
      silent.retainAll(silent());
    }
    Invariants.require(silent.isEmpty(), silent + " serve without endpoints, and nothing is said");
    world.webhooks.recover();
    settling.pass(RECOVERY);
    for (McpSession session : world.server.sessions.all()) {
      for (String type : List.of("Ready", "UpToDate")) {
        Condition condition = Truth.condition(session, type);
        Invariants.require(
            condition == null
                || !Truth.isLive(session)
                || !condition.message().contains("keeps failing"),
            Truth.name(session) + " still says what does not fail any more: " + condition);
      }
    }
  }

  /** The sessions that serve without endpoints, while nothing is said. */
  private Set<String> silent() {
    Set<String> silent = new TreeSet<>();
    for (McpSession session : world.server.sessions.all()) {
      Condition upToDate = Truth.condition(session, "UpToDate");
      Service service = truth.service(session);
      boolean reachable =
          !truth.wantsService(session) || (service != null && !truth.endpoints(service).isEmpty());
      boolean said = (upToDate != null && !upToDate.isTrue()) || anEventTells(session);
      if (Truth.isLive(session) && Truth.reason(session).equals("Serving") && !reachable && !said) {
        silent.add(Truth.name(session));
      }
    }
    return silent;
  }

  /** All that is left if the status itself cannot be written. */
  private boolean anEventTells(McpSession session) {
    return world.server.events.all().stream()
        .anyMatch(
            event ->
                event.getInvolvedObject().getUid().equals(session.getMetadata().getUid())
                    && event.getMessage().contains("status of McpSession"));
  }
}
