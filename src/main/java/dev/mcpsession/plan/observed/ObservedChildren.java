package dev.mcpsession.plan.observed;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The session's Pods and Service. Secrets are not watched: a Pod's annotations show that it has
 * one.
 *
 * @param pods every Pod named like a revision of this session, whoever owns it
 * @param service null if the session has none of its own
 */
public record ObservedChildren(List<ObservedPod> pods, @Nullable ObservedService service) {
  public ObservedChildren {
    pods = List.copyOf(pods);
  }

  ObservedChildren with(ObservedService service) {
    return new ObservedChildren(pods, service);
  }

  ObservedChildren withoutOwnPods() {
    return new ObservedChildren(pods.stream().filter(pod -> !pod.owned()).toList(), service);
  }

  /** The Pods that exactly this session controls. */
  public List<ObservedPod> ownPods() {
    return pods.stream().filter(ObservedPod::owned).toList();
  }

  /** The session's own Pod of one revision; null if there is none. */
  public @Nullable ObservedPod ownPod(int revision) {
    return pods.stream()
        .filter(pod -> pod.owned() && pod.revision() == revision)
        .findFirst()
        .orElse(null);
  }

  /** The highest number of a Pod, whoever owns it; 0 without any. */
  public int highestPodNumber() {
    return pods.stream().mapToInt(ObservedPod::revision).max().orElse(0);
  }
}
