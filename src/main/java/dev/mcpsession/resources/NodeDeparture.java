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
 * Whether a node announces that its Pods have to go, by something that also keeps the scheduler
 * from putting new ones there. A deletion timestamp alone does not: a Pod could come back to the
 * node for ever, and what deletes nodes in good order taints or cordons them first.
 */
public final class NodeDeparture {
  private static final String NO_SCHEDULE = "NoSchedule";
  private static final String UNSCHEDULABLE = "node.kubernetes.io/unschedulable";
  private static final String HOST_NAME = "kubernetes.io/hostname";

  /** Of the node controller, the cluster autoscaler, Karpenter (since 1.0 and before) and GKE. */
  private static final Set<String> ANNOUNCEMENTS =
      Set.of(
          UNSCHEDULABLE,
          "ToBeDeletedByClusterAutoscaler",
          "karpenter.sh/disrupted",
          "karpenter.sh/disruption",
          "cloud.google.com/impending-node-termination");

  private NodeDeparture() {}

  /** One announcement, as a taint says it, whatever its value. */
  private record Notice(String key, String effect) implements Comparable<Notice> {
    @Override
    public int compareTo(Notice other) {
      return key.equals(other.key) ? effect.compareTo(other.effect) : key.compareTo(other.key);
    }
  }

  /** Whether what two versions of a node announce is the same. */
  public static boolean isUnchanged(Node one, Node other) {
    return notices(one).equals(notices(other));
  }

  /** Whether the node announces anything. */
  public static boolean isAnnouncedBy(Node node) {
    return !notices(node).isEmpty();
  }

  /**
   * Why a Pod cannot stay on its node, as in "node n1 is unschedulable".
   *
   * @param node null while it is not known, which says nothing
   * @return null for a Pod that may stay, and for one that could only come back
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

  /** Whether each Pod made from this would come back to a node that is cordoned, or nowhere. */
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
   * As the scheduler matches them, but for the value: with one it is tolerated here, so that a Pod
   * is left alone rather than made again and again.
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
