package dev.mcpsession.plan.assess;

import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.plan.observed.ObservedPod;
import org.jspecify.annotations.Nullable;

/** How long a Pod has to stop that a session with replacement Recreate waits for. */
public final class StopGrace {
  /** Kubernetes' own default. */
  private static final int DEFAULT_SECONDS = 30;

  private StopGrace() {}

  /**
   * In seconds: at most drainSeconds, and no more than the Pod's own time. At least 1: with 0 the
   * Pod object would go before its containers have stopped.
   *
   * @return null if the Pod has its own time, as no other Pod waits for it
   */
  public static @Nullable Integer of(McpSessionSpec spec, ObservedPod pod) {
    return spec.recreates() ? seconds(spec, pod) : null;
  }

  static int seconds(McpSessionSpec spec, ObservedPod pod) {
    int own = pod.graceSeconds() == null ? DEFAULT_SECONDS : pod.graceSeconds();
    return (int) Math.max(1, Math.min(own, spec.drain().toSeconds()));
  }
}
