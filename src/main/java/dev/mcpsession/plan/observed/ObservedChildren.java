package dev.mcpsession.plan.observed;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The session's Pods and its Service. Secrets are not watched: that a Pod has one, its annotations
 * tell.
 *
 * @param pods every Pod named like a revision of this session, whoever owns it
 * @param service null when there is none of ours
 */
public record ObservedChildren(List<ObservedPod> pods, @Nullable ObservedService service) {
  public ObservedChildren {
    pods = List.copyOf(pods);
  }

  ObservedChildren with(ObservedService service) {
    return new ObservedChildren(pods, service);
  }

  /** Those that exactly this session controls. */
  public List<ObservedPod> ownPods() {
    return pods.stream().filter(ObservedPod::owned).toList();
  }

  /** The Pod of one revision, if it is this session's own; else null. */
  public @Nullable ObservedPod ownPod(int revision) {
    return pods.stream()
        .filter(pod -> pod.owned() && pod.revision() == revision)
        .findFirst()
        .orElse(null);
  }

  /** Whoever owns it; 0 without any. */
  public int highestPodNumber() {
    return pods.stream().mapToInt(ObservedPod::revision).max().orElse(0);
  }
}
