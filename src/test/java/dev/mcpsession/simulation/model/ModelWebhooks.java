package dev.mcpsession.simulation.model;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Admission webhooks whose service has no endpoints, so that all writes of a kind fail. */
public final class ModelWebhooks {
  /** What a webhook is asked about. */
  public enum Target {
    POD("(create|change|delete) Pod .*"),
    SECRET("(create|delete) Secret .*"),
    SERVICE("(create|replace|delete) Service .*"),
    STATUS("status of .*"),
    FINALIZERS("finalizers of .*"),
    SESSION("delete session .*"),
    EVENT("Event .*");

    private final String words;

    Target(String words) {
      this.words = words;
    }

    private boolean isIn(String what) {
      return what.matches(words);
    }
  }

  /** Without Events nothing may be said at all, which no rule could tell from silence. */
  public static final List<Target> ALL_BUT_EVENTS =
      Stream.of(Target.values()).filter(target -> target != Target.EVENT).toList();

  private final Set<Target> unreachable = EnumSet.noneOf(Target.class);
  private boolean failedEver;

  public void fail(Target target) {
    unreachable.add(target);
    failedEver = true;
  }

  public void recover() {
    unreachable.clear();
  }

  public boolean anyFails() {
    return !unreachable.isEmpty();
  }

  /** Whether one ever failed in this run. */
  public boolean haveFailed() {
    return failedEver;
  }

  /**
   * Asks the webhooks about a write, as a line of the trace describes it.
   *
   * @throws io.fabric8.kubernetes.client.KubernetesClientException if one cannot be reached
   */
  public void review(String what) {
    for (Target target : unreachable) {
      if (target.isIn(what)) {
        throw ModelApiServer.error(
            500,
            "Internal error occurred: failed calling webhook \"policy.example.com\": failed to call"
                + " webhook: Post \"https://policy.example.svc:443/?timeout=10s\": no endpoints"
                + " available for service \"policy\"");
      }
    }
  }
}
