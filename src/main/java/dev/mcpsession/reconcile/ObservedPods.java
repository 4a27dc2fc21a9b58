package dev.mcpsession.reconcile;

import dev.mcpsession.api.Names;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.plan.observed.ObservedPod;
import dev.mcpsession.resources.Child;
import dev.mcpsession.resources.NodeDeparture;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Extracts from a Pod what decisions depend on. Pure. */
final class ObservedPods {
  private ObservedPods() {}

  /**
   * Reads one Pod.
   *
   * @param deleted whether the API server has accepted its deletion, even if this copy does not
   *     show it
   * @param node the node it is on; null if unknown
   */
  static ObservedPod read(
      Pod pod, int revision, SessionKey session, boolean deleted, @Nullable Node node) {
    PodStatus status = pod.getStatus() == null ? new PodStatus() : pod.getStatus();
    Map<String, String> annotations =
        pod.getMetadata().getAnnotations() == null ? Map.of() : pod.getMetadata().getAnnotations();
    Optional<PodCondition> ready = condition(status, "Ready");
    Optional<PodCondition> scheduled = condition(status, "PodScheduled");
    boolean ended = "Failed".equals(status.getPhase()) || "Succeeded".equals(status.getPhase());
    boolean isReady = ready.map(ObservedPods::isTrue).orElse(false);
    PodTrouble trouble = isReady && !ended ? PodTrouble.NONE : PodTrouble.of(pod, session, ended);
    PodStart start =
        isReady || ended || !trouble.what().isEmpty() ? PodStart.UNKNOWN : PodStart.of(pod);
    return new ObservedPod(
        pod.getMetadata().getName(),
        pod.getMetadata().getUid(),
        revision,
        Child.isOwned(pod.getMetadata(), session),
        Child.carriesUid(pod.getMetadata(), session),
        Child.isLabelled(pod.getMetadata(), session, revision),
        deleted || pod.getMetadata().getDeletionTimestamp() != null,
        ended,
        isReady,
        ready.map(condition -> instant(condition.getLastTransitionTime())).orElse(null),
        scheduled
            .filter(ObservedPods::isTrue)
            .map(condition -> instant(condition.getLastTransitionTime()))
            .orElse(null),
        NodeDeparture.of(pod, node),
        status.getPodIP() == null || status.getPodIP().isEmpty() ? null : status.getPodIP(),
        port(annotations.get(Names.PORT)),
        annotations.get(Names.TEMPLATE_HASH),
        annotations.get(Names.POD_RESTARTED_AT),
        Child.token(annotations),
        PodTrouble.containers(status)
            .anyMatch(
                container ->
                    ContainerTrouble.exit(container) != null
                        && !Boolean.TRUE.equals(container.getReady())),
        instant(pod.getMetadata().getCreationTimestamp()),
        PodTrouble.schedulerWords(status).orElse(""),
        trouble.what(),
        start.waitsFor(),
        start.startedAt(),
        grace(pod),
        instant(pod.getMetadata().getDeletionTimestamp()),
        start.waitsFor() == null ? trouble.look() : PodTrouble.describe(pod, session));
  }

  private static @Nullable Integer grace(Pod pod) {
    Long seconds = pod.getSpec() == null ? null : pod.getSpec().getTerminationGracePeriodSeconds();
    return seconds == null ? null : (int) Math.min(seconds, Integer.MAX_VALUE);
  }

  private static Optional<PodCondition> condition(PodStatus status, String type) {
    List<PodCondition> conditions = status.getConditions();
    return conditions.stream().filter(condition -> type.equals(condition.getType())).findFirst();
  }

  private static boolean isTrue(PodCondition condition) {
    return "True".equals(condition.getStatus());
  }

  static @Nullable Instant instant(@Nullable String time) {
    try {
      return time == null ? null : OffsetDateTime.parse(time).toInstant();
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  private static @Nullable Integer port(@Nullable String annotation) {
    try {
      return annotation == null ? null : Integer.valueOf(annotation);
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
