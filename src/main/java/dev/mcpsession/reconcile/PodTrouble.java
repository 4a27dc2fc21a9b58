package dev.mcpsession.reconcile;

import dev.mcpsession.api.Names;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.plan.observed.WhereToLook;
import dev.mcpsession.text.Excerpt;
import dev.mcpsession.text.OneLine;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Why a Pod is not ready, for users. The scheduler is quoted. Containers, runtimes and kubelets are
 * not: what they say may hold the token, which the backend knows. Pure.
 *
 * @param what is wrong; empty if it is only starting
 * @param look where users see more; null if there is nothing more to see
 */
record PodTrouble(String what, @Nullable WhereToLook look) {
  static final PodTrouble NONE = new PodTrouble("", null);

  /** Of the scheduler's message, so that an Event has room for what helps. */
  private static final int LONGEST_WORDS = 500;

  /** What reasons look like; anything else in their place may be words of a container. */
  private static final Pattern REASON = Pattern.compile("[A-Z][A-Za-z]{1,31}");

  private static final Pattern SHORTAGE =
      Pattern.compile("The node was low on resource: (memory|ephemeral-storage|inodes|pids)\\b.*");

  /**
   * Reads what is wrong with a Pod that is not ready.
   *
   * @param ended whether its containers have exited for good
   */
  static PodTrouble of(Pod pod, SessionKey session, boolean ended) {
    PodStatus status = pod.getStatus() == null ? new PodStatus() : pod.getStatus();
    return unscheduled(status)
        .or(() -> byKubelet(status).map(what -> new PodTrouble(what, describe(pod, session))))
        .or(
            () ->
                containers(status)
                    .map(container -> ofContainer(pod, container, session, ended))
                    .flatMap(Optional::stream)
                    .findFirst())
        .orElse(NONE);
  }

  /** A reason that may be shown; null if there is none. */
  static @Nullable String reason(@Nullable String reason) {
    return reason != null && REASON.matcher(reason).matches() ? reason : null;
  }

  private static Optional<PodTrouble> unscheduled(PodStatus status) {
    return schedulerWords(status).map(words -> new PodTrouble("not scheduled: " + words, null));
  }

  /** What the scheduler says of a Pod for which it found no node, in one line. */
  static Optional<String> schedulerWords(PodStatus status) {
    return status.getConditions().stream()
        .filter(condition -> "PodScheduled".equals(condition.getType()))
        .filter(
            condition -> "False".equals(condition.getStatus()) && condition.getMessage() != null)
        .map(condition -> condition.getMessage().strip().replaceAll("\\s+", " "))
        .map(words -> Excerpt.ofLine(words, LONGEST_WORDS))
        .findFirst();
  }

  private static Optional<String> byKubelet(PodStatus status) {
    String reason = reason(status.getReason());
    if (reason == null) {
      return Optional.empty();
    }
    Matcher shortage =
        SHORTAGE.matcher(status.getMessage() == null ? "" : OneLine.of(status.getMessage()));
    return Optional.of(
        shortage.matches() ? reason + ": the node was low on " + shortage.group(1) : reason);
  }

  /** Those that still have to start or to stay; an init container that succeeded does not. */
  static Stream<ContainerStatus> containers(PodStatus status) {
    return Stream.concat(
        status.getInitContainerStatuses().stream()
            .filter(container -> !ContainerTrouble.succeeded(container)),
        status.getContainerStatuses().stream());
  }

  private static Optional<PodTrouble> ofContainer(
      Pod pod, ContainerStatus status, SessionKey session, boolean ended) {
    PodSpec spec = pod.getSpec() == null ? new PodSpec() : pod.getSpec();
    Container container = container(spec, status.getName());
    ContainerTrouble trouble = ContainerTrouble.of(status, container, session.namespace());
    if (trouble == null) {
      return Optional.empty();
    }
    if (!trouble.logged()) {
      return Optional.of(new PodTrouble(trouble.what(), describe(pod, session)));
    }
    String name = status.getName();
    boolean restarted = !ended && trouble.isRestarted(restartPolicy(spec, container));
    String namespace = session.namespace();
    return Optional.of(
        new PodTrouble(
            trouble.what(),
            new WhereToLook(
                "see kubectl logs -n %s %s -c %s%s"
                    .formatted(
                        namespace,
                        pod.getMetadata().getName(),
                        name,
                        restarted ? " --previous" : ""),
                "the Pod is deleted with its log; the next one's: kubectl logs -n %s -f -l %s=%s -c %s"
                    .formatted(namespace, Names.SESSION_LABEL, session.name(), name))));
  }

  static WhereToLook describe(Pod pod, SessionKey session) {
    String name = pod.getMetadata().getName();
    return new WhereToLook(
        "see kubectl describe pod -n %s %s".formatted(session.namespace(), name),
        "see kubectl get events -n %s --field-selector involvedObject.name=%s"
            .formatted(session.namespace(), name));
  }

  private static Container container(PodSpec spec, String name) {
    return Stream.of(spec.getContainers(), spec.getInitContainers())
        .flatMap(List::stream)
        .filter(container -> name.equals(container.getName()))
        .findFirst()
        .orElseGet(Container::new);
  }

  /** Of one container: "Always" of a Pod means "OnFailure" for its init containers. */
  private static String restartPolicy(PodSpec spec, Container container) {
    if (container.getRestartPolicy() != null) {
      return container.getRestartPolicy();
    }
    String policy = spec.getRestartPolicy() == null ? "Always" : spec.getRestartPolicy();
    return policy.equals("Always") && spec.getInitContainers().contains(container)
        ? "OnFailure"
        : policy;
  }
}
