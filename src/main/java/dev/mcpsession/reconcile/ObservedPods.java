package dev.mcpsession.reconcile;

import dev.mcpsession.api.Excerpt;
import dev.mcpsession.api.Names;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.plan.observed.ObservedPod;
import dev.mcpsession.resources.Child;
import dev.mcpsession.resources.NodeDeparture;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
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
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Extracts from a Pod what decisions depend on. Pure. */
final class ObservedPods {
  /** Waiting reasons that occur at every start and tell a user nothing. */
  private static final Set<String> ORDINARY = Set.of("ContainerCreating", "PodInitializing");

  private static final Set<String> IMAGE =
      Set.of("ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull");

  /** Of the scheduler's message, so that an Event has room for what helps. */
  private static final int LONGEST_WORDS = 500;

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
    return new ObservedPod(
        pod.getMetadata().getName(),
        pod.getMetadata().getUid(),
        revision,
        Child.isOwned(pod.getMetadata(), session),
        Child.carriesUid(pod.getMetadata(), session),
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
        containers(status)
            .anyMatch(
                container -> exit(container) != null && !Boolean.TRUE.equals(container.getReady())),
        instant(pod.getMetadata().getCreationTimestamp()),
        scheduled.flatMap(ObservedPods::schedulerWords).orElse(""),
        isReady && !ended ? "" : trouble(status, scheduled));
  }

  private static String trouble(PodStatus status, Optional<PodCondition> scheduled) {
    Optional<String> unscheduled =
        scheduled.flatMap(ObservedPods::schedulerWords).map(words -> "not scheduled: " + words);
    Optional<String> evicted =
        Optional.ofNullable(status.getReason())
            .map(
                reason -> reason + (status.getMessage() == null ? "" : ": " + status.getMessage()));
    return unscheduled
        .or(() -> evicted)
        .or(() -> containers(status).map(ObservedPods::words).flatMap(Optional::stream).findFirst())
        .orElse("");
  }

  /** What the scheduler says of a Pod for which it found no node, in one line. */
  private static Optional<String> schedulerWords(PodCondition scheduled) {
    return "False".equals(scheduled.getStatus()) && scheduled.getMessage() != null
        ? Optional.of(
            Excerpt.of(scheduled.getMessage().strip().replaceAll("\\s+", " "), LONGEST_WORDS))
        : Optional.empty();
  }

  private static Stream<ContainerStatus> containers(PodStatus status) {
    return Stream.concat(
        status.getInitContainerStatuses().stream()
            .filter(container -> container.getState() == null || !succeeded(container)),
        status.getContainerStatuses().stream());
  }

  private static boolean succeeded(ContainerStatus init) {
    ContainerStateTerminated end = init.getState().getTerminated();
    return end != null && Integer.valueOf(0).equals(end.getExitCode());
  }

  private static Optional<String> words(ContainerStatus container) {
    String name = "container " + container.getName();
    ContainerStateWaiting waiting =
        container.getState() == null ? null : container.getState().getWaiting();
    if (waiting != null && waiting.getReason() != null && IMAGE.contains(waiting.getReason())) {
      return Optional.of(
          name + ": image " + container.getImage() + " cannot be pulled" + detail(waiting));
    }
    ContainerStateTerminated exit = exit(container);
    if (exit != null && !Boolean.TRUE.equals(container.getReady())) {
      String why = exit.getReason() == null ? "" : " (" + exit.getReason() + ")";
      String words =
          exit.getMessage() == null || exit.getMessage().isBlank()
              ? ""
              : ": " + exit.getMessage().strip();
      return Optional.of(name + " exited with code " + exit.getExitCode() + why + words);
    }
    if (waiting == null || waiting.getReason() == null || ORDINARY.contains(waiting.getReason())) {
      return Optional.empty();
    }
    String words =
        name
            + ": "
            + waiting.getReason()
            + (waiting.getMessage() == null ? "" : ": " + waiting.getMessage());
    return Optional.of(isAboutRoot(words) ? words + "; " + NON_ROOT : words);
  }

  /** The kubelet words this differently for an image's user and for runAsUser. */
  private static boolean isAboutRoot(String words) {
    return words.contains("runAsNonRoot") || words.contains("non-root");
  }

  private static final String NON_ROOT =
      "set securityContext.runAsUser in spec.podTemplate to a user other than 0, or runAsNonRoot to"
          + " false";

  /**
   * The back-off repeats the first attempt's message with a prefix; both must yield the same text.
   */
  private static String detail(ContainerStateWaiting waiting) {
    String message = waiting.getMessage() == null ? "" : waiting.getMessage();
    if (message.startsWith("Back-off pulling image")) {
      int cause = message.indexOf("ErrImagePull: ");
      message = cause < 0 ? "" : message.substring(cause + "ErrImagePull: ".length());
    }
    return message.isEmpty() ? "" : ": " + message;
  }

  /** How the container ended last; null when it never did. */
  private static @Nullable ContainerStateTerminated exit(ContainerStatus container) {
    ContainerStateTerminated now =
        container.getState() == null ? null : container.getState().getTerminated();
    ContainerStateTerminated before =
        container.getLastState() == null ? null : container.getLastState().getTerminated();
    return now != null ? now : before;
  }

  private static Optional<PodCondition> condition(PodStatus status, String type) {
    List<PodCondition> conditions = status.getConditions();
    return conditions.stream().filter(condition -> type.equals(condition.getType())).findFirst();
  }

  private static boolean isTrue(PodCondition condition) {
    return "True".equals(condition.getStatus());
  }

  private static @Nullable Instant instant(@Nullable String time) {
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
