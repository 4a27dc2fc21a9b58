package dev.mcpsession.bench.load;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionStatus;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Which revisions replaced which, and what must not happen meanwhile. */
public final class RenewalSightings implements ResourceEventHandler<McpSession>, AutoCloseable {
  private final Set<String> served = ConcurrentHashMap.newKeySet();
  private final Set<String> notReady = ConcurrentHashMap.newKeySet();
  private final Map<String, Served> serving = new ConcurrentHashMap<>();
  private final Queue<Renewal> renewals = new ConcurrentLinkedQueue<>();
  private final SharedIndexInformer<McpSession> informer;

  private record Served(Instant since, Instant due, Instant expires) {}

  /**
   * One revision that another replaced.
   *
   * @param due status.renewalTime of the first
   * @param expired status.tokenExpirationTime of the first
   * @param served status.servingSince of the second
   */
  public record Renewal(String session, Instant due, Instant expired, Instant served) {
    public boolean isTooLate() {
      return !served.isBefore(expired);
    }
  }

  public RenewalSightings(Arena arena) {
    informer =
        arena.client().resources(McpSession.class).inNamespace(arena.namespace()).inform(this);
  }

  @Override
  public void onAdd(McpSession session) {
    String name = session.getMetadata().getName();
    if (Sightings.isReady(session)) {
      served.add(name);
    } else if (served.contains(name)) {
      notReady.add(name);
    }
    note(name, session.getStatus());
  }

  @Override
  public void onUpdate(McpSession old, McpSession session) {
    onAdd(session);
  }

  /** A session that was stopped when its token expired still had a renewal time. */
  private void note(String name, McpSessionStatus status) {
    if (status == null
        || status.servingSince() == null
        || status.renewalTime() == null
        || status.tokenExpirationTime() == null) {
      return;
    }
    Served now =
        new Served(status.servingSince(), status.renewalTime(), status.tokenExpirationTime());
    Served before = serving.put(name, now);
    if (before != null && !before.since().equals(now.since())) {
      renewals.add(new Renewal(name, before.due(), before.expires(), now.since()));
    }
  }

  @Override
  public void onDelete(McpSession session, boolean unknown) {
    notReady.add(session.getMetadata().getName());
  }

  /** The renewals that were due from then on. */
  public List<Renewal> dueFrom(Instant from) {
    return renewals.stream().filter(renewal -> !renewal.due().isBefore(from)).toList();
  }

  /** Sessions that were Ready once, and later not Ready or gone. */
  public Set<String> everNotReady() {
    return Set.copyOf(notReady);
  }

  public boolean haveServed(List<String> names) {
    return served.containsAll(names);
  }

  /** Whether each was renewed this many times since then. */
  public boolean areRenewed(List<String> names, int times, Instant from) {
    Map<String, Integer> counts = new ConcurrentHashMap<>();
    dueFrom(from).forEach(renewal -> counts.merge(renewal.session(), 1, Integer::sum));
    return names.stream().allMatch(name -> counts.getOrDefault(name, 0) >= times);
  }

  @Override
  public void close() {
    informer.close();
  }
}
