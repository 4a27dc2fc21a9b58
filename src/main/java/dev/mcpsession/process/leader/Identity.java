package dev.mcpsession.process.leader;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Identifies this process among the replicas that contend for the Lease.
 *
 * @param name of the Pod, or of the host
 * @param unique of this process: two processes of a host, or of a Pod's container before and after
 *     its restart, share a name
 * @param isPod whether only one process at a time has the name
 */
public record Identity(String name, String unique, boolean isPod) {

  /**
   * From the environment.
   *
   * @param podName null: not in a Pod, or in one without the variable POD_NAME
   * @param host fallback; not unique, since Pods on the host's network share it
   */
  public static Identity of(@Nullable String podName, String host) {
    String unique = UUID.randomUUID().toString();
    return podName == null || podName.isBlank()
        ? new Identity(host, unique, false)
        : new Identity(podName, unique, true);
  }

  /** As in the Lease. */
  public String holder() {
    return name + "_" + unique;
  }

  /**
   * Whether this holder ran in our Pod before its container was restarted, and so is certainly
   * gone.
   */
  boolean succeeds(@Nullable String holder) {
    return isPod && holder != null && holder.startsWith(name + "_") && !holder.equals(holder());
  }
}
