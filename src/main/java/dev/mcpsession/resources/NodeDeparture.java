package dev.mcpsession.resources;

import dev.mcpsession.api.Names;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Detects a node that announces that its Pods must leave, in a way that also keeps the scheduler
 * from placing new ones there. A deletion timestamp alone does not: replacements could land on the
 * same node again and again, and whatever deletes nodes gracefully taints or cordons them first.
 */
public final class NodeDeparture {
  private static final String NO_SCHEDULE = "NoSchedule";
  private static final String UNSCHEDULABLE = "node.kubernetes.io/unschedulable";
  private static final String HOST_NAME = "kubernetes.io/hostname";

  /**
   * Taints of the node controller, the cluster autoscaler, Karpenter (since 1.0, and before) and
   * GKE.
   */
  private static final Set<String> ANNOUNCEMENTS =
      Set.of(
          UNSCHEDULABLE,
          "ToBeDeletedByClusterAutoscaler",
          "karpenter.sh/disrupted",
          "karpenter.sh/disruption",
          "cloud.google.com/impending-node-termination");

  private NodeDeparture() {}

  /** One announcement, as a taint without its value. */
  private record Notice(String key, String effect) implements Comparable<Notice> {
    @Override
    public int compareTo(Notice other) {
      return key.equals(other.key) ? effect.compareTo(other.effect) : key.compareTo(other.key);
    }
  }

  /** Whether two versions of a node announce the same. */
  public static boolean isUnchanged(Node one, Node other) {
    return notices(one).equals(notices(other));
  }

  /** Whether the node announces that its Pods must leave. */
  public static boolean isAnnouncedBy(Node node) {
    return !notices(node).isEmpty();
  }

  /**
   * Why a Pod cannot stay on its node, as in "node n1 is unschedulable".
   *
   * @param node null while it is unknown, for which the result is null
   * @return null for a Pod that may stay, and for one whose replacement could only land on the same
   *     node
   */
  public static @Nullable String of(Pod pod, @Nullable Node node) {
    Map<String, String> labels = pod.getMetadata().getLabels();
    if (node == null
        || pod.getSpec() == null
        || (labels != null && "true".equals(labels.get(Names.EVICTABLE_LABEL)))
        || isBoundToHost(pod.getSpec())) {
      return null;
    }
    List<Toleration> tolerations = pod.getSpec().getTolerations();
    for (Notice notice : notices(node)) {
      if (tolerations.stream().noneMatch(toleration -> tolerates(toleration, notice))) {
        return "node "
            + node.getMetadata().getName()
            + (notice.key().equals(UNSCHEDULABLE)
                ? " is unschedulable"
                : " has the taint " + notice.key());
      }
    }
    return null;
  }

  /**
   * Whether every Pod from this template could only be placed on a cordoned node again, or nowhere.
   */
  static boolean isInescapable(PodSpec template) {
    Notice cordoned = new Notice(UNSCHEDULABLE, NO_SCHEDULE);
    return template.getNodeName() != null
        || isBoundToHost(template)
        || template.getTolerations().stream()
            .anyMatch(toleration -> tolerates(toleration, cordoned));
  }

  private static boolean isBoundToHost(PodSpec pod) {
    return pod.getNodeSelector() != null && pod.getNodeSelector().containsKey(HOST_NAME);
  }

  private static Set<Notice> notices(Node node) {
    Set<Notice> notices = new TreeSet<>();
    if (node.getSpec() == null) {
      return notices;
    }
    if (Boolean.TRUE.equals(node.getSpec().getUnschedulable())) {
      notices.add(new Notice(UNSCHEDULABLE, NO_SCHEDULE)); // its taint follows a moment later
    }
    for (Taint taint : node.getSpec().getTaints()) {
      boolean binding = !"PreferNoSchedule".equals(taint.getEffect());
      if (binding && ANNOUNCEMENTS.contains(taint.getKey())) {
        notices.add(new Notice(taint.getKey(), taint.getEffect()));
      }
    }
    return notices;
  }

  /**
   * Matches like the scheduler, except that the value of the toleration is ignored, so that a Pod
   * is left alone rather than replaced again and again.
   */
  private static boolean tolerates(Toleration toleration, Notice notice) {
    boolean everyKey = toleration.getKey() == null || toleration.getKey().isEmpty();
    boolean everyEffect = toleration.getEffect() == null || toleration.getEffect().isEmpty();
    return (everyKey ? "Exists".equals(toleration.getOperator()) : isFor(toleration, notice))
        && (everyEffect || Objects.equals(toleration.getEffect(), notice.effect()));
  }

  private static boolean isFor(Toleration toleration, Notice notice) {
    return notice.key().equals(toleration.getKey());
  }
}
