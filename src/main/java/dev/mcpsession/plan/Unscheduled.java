package dev.mcpsession.plan;

import dev.mcpsession.api.Cause;
import dev.mcpsession.api.Condition;
import dev.mcpsession.api.ConditionType;
import dev.mcpsession.plan.assess.Assessment;
import dev.mcpsession.plan.assess.FormerPods;
import dev.mcpsession.plan.assess.NodeWait;
import dev.mcpsession.plan.observed.ObservedPod;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is said of a candidate that has no node: what is in the way, and what helps. */
final class Unscheduled {
  /** From here to the next semicolon, messages are compared without the numbers, which change. */
  static final String NOT_SCHEDULED = "not scheduled";

  private static final String ANOTHER_NODE =
      "lower the requests in spec.podTemplate, or add a node";

  /**
   * What a scheduler may find in the way.
   *
   * @param words that its message contains
   * @param heldByOldPod whether the Pod that serves may be what is in the way
   * @param shared whether no two Pods can have it at once, so that Recreate helps for good
   */
  private record Obstacle(String words, String remedy, boolean heldByOldPod, boolean shared) {
    Obstacle(String words, String remedy, boolean heldByOldPod) {
      this(words, remedy, heldByOldPod, false);
    }
  }

  /** The first that applies; those that a replacement itself causes come first. */
  private static final List<Obstacle> OBSTACLES =
      List.of(
          new Obstacle("free ports", "remove hostPort from spec.podTemplate", true, true),
          new Obstacle(
              "ReadWriteOncePod",
              "let spec.podTemplate use a volume that several Pods may use at once",
              true,
              true),
          new Obstacle(
              "anti-affinity",
              "make the anti-affinity in spec.podTemplate preferred instead of required, or let it"
                  + " not select the session's own Pods",
              true),
          new Obstacle(
              "topology spread", "relax topologySpreadConstraints in spec.podTemplate", true),
          new Obstacle("Insufficient", ANOTHER_NODE, true),
          new Obstacle("Too many pods", ANOTHER_NODE, true),
          new Obstacle(
              "node affinity/selector",
              "correct nodeSelector or nodeAffinity in spec.podTemplate, or label a node",
              false),
          new Obstacle("pod affinity", "correct podAffinity in spec.podTemplate", false),
          new Obstacle(
              "untolerated taint",
              "add a toleration to spec.podTemplate, or a node without the taint",
              false),
          new Obstacle("unschedulable", "uncordon a node, or add one", false),
          new Obstacle("scheduling gates", "have the scheduling gates removed", false),
          new Obstacle("volume", "see the Pod's volumes with kubectl describe pvc", false),
          new Obstacle(
              "persistentvolumeclaim", "see the Pod's volumes with kubectl describe pvc", false));

  private static final Obstacle UNKNOWN = new Obstacle("", "see kubectl describe pod", false);

  private static final Obstacle SILENCE =
      new Obstacle(
          "",
          "see whether a scheduler runs, of the name in spec.podTemplate.spec.schedulerName if that"
              + " is set",
          false);

  private Unscheduled() {}

  /**
   * Why the candidate is not ready, for the conditions; empty if it is only starting. The first
   * time that it is overdue without a node, an Event says so too.
   */
  static String trouble(Assessment it, PlanBuilder plan, ObservedPod candidate) {
    NodeWait wait = it.nodeWait();
    if (wait == null || !wait.overdue()) {
      return candidate.troubleToShow();
    }
    Cause cause = Objects.requireNonNull(it.status().attempt()).cause();
    String words = words(it, candidate, it.seen().session().spec().startupTimeout());
    Condition said = it.seen().session().conditions().get(ConditionType.UpToDate);
    if (said == null || !said.message().contains(opening(candidate))) {
      plan.announce(
          Phase.RESULT,
          new SessionEvent.NotScheduled(
              cause,
              candidate.name(),
              cause.label()
                  + ", revision "
                  + candidate.revision()
                  + ": "
                  + words
                  + "; the attempt goes on"));
    }
    return words;
  }

  /** Why an attempt does not go on whose place others need. */
  static String words(Assessment it, @Nullable ObservedPod candidate) {
    FormerPods former = FormerPods.of(it.seen(), it.status(), it.now());
    String what =
        former != null
            ? Recreation.overdue(it.seen(), former)
            : candidate == null
                ? "no Pod was made within " + NodeWait.SLOT.toSeconds() + " s"
                : words(it, candidate, NodeWait.SLOT);
    return what + "; other sessions wait for its place (maxConcurrentReplacements)";
  }

  private static String words(Assessment it, ObservedPod candidate, Duration waited) {
    String words = candidate.unschedulable();
    Obstacle obstacle = obstacle(words);
    ObservedPod serving = it.servingPod();
    String old =
        serving == null || !obstacle.heldByOldPod()
            ? ""
            : ", or delete Pod "
                + serving.name()
                + ", which may be in the way: the session is interrupted then";
    boolean recreate =
        obstacle.shared() && serving != null && !it.seen().session().spec().recreates();
    return opening(candidate)
        + waited.toSeconds()
        + " s: "
        + (words.isEmpty() ? "no scheduler says why" : words.replaceFirst("\\.$", ""))
        + "; "
        + (recreate ? "set spec.replacement: Recreate, which stops the old Pod first, or " : "")
        + obstacle.remedy()
        + old;
  }

  private static String opening(ObservedPod candidate) {
    return "Pod " + candidate.name() + " was " + NOT_SCHEDULED + " within ";
  }

  private static Obstacle obstacle(String words) {
    return words.isEmpty()
        ? SILENCE
        : OBSTACLES.stream()
            .filter(obstacle -> words.contains(obstacle.words()))
            .findFirst()
            .orElse(UNKNOWN);
  }
}
