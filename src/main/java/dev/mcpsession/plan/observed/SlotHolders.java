package dev.mcpsession.plan.observed;

import java.time.Instant;
import java.util.List;

/**
 * Who holds the places that maxConcurrentReplacements limits, as told to a session that waits for
 * one. It is renewed only now and then, so that its words do not change with each replacement.
 *
 * @param limit how many places there are
 * @param namespaces those with the most holders first, only some of them
 * @param others number of holders in all further namespaces
 * @param renewAt when to look anew
 */
public record SlotHolders(int limit, List<Holder> namespaces, int others, Instant renewAt) {
  /**
   * The holders of one namespace.
   *
   * @param sessions how many of its sessions hold a place
   */
  public record Holder(String namespace, int sessions) {}
}
