package dev.mcpsession.process.leader;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Identifies this process among the replicas that contend for the Lease.
 *
 * @param name of the Pod, or of the host, for people
 * @param podUid null: not known. A name is not enough: Pods of two namespaces may share it, and so
 *     may a Pod and its successor
 * @param unique of this process: two processes of a host, or of a Pod's container before and after
 *     its restart, share all else
 */
public record Identity(String name, @Nullable String podUid, String unique) {

  /**
   * From the environment.
   *
   * @param podName null: not in a Pod, or in one without the variable POD_NAME
   * @param podUid null: not in a Pod, or in one without the variable POD_UID
   * @param host fallback; not unique, since Pods on the host's network share it
   */
  public static Identity of(@Nullable String podName, @Nullable String podUid, String host) {
    return new Identity(
        podName == null || podName.isBlank() ? host : podName,
        podUid == null || podUid.isBlank() ? null : podUid,
        UUID.randomUUID().toString());
  }

  /** Without a Pod's uid, and so never known to succeed another process. */
  public static Identity of(@Nullable String podName, String host) {
    return of(podName, null, host);
  }

  /** As in the Lease. */
  public String holder() {
    return prefix() + unique;
  }

  private String prefix() {
    return podUid == null ? name + "_" : name + "_" + podUid + "_";
  }

  /**
   * Whether this holder ran in our Pod before its container was restarted. The kubelet starts a
   * container only after its predecessor has ended, so such a holder is certainly gone.
   */
  boolean succeeds(@Nullable String holder) {
    return podUid != null
        && holder != null
        && holder.startsWith(prefix())
        && !holder.equals(holder());
  }
}
