package dev.mcpsession.simulation;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.Names;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.reconcile.SessionUpdateFilter;
import dev.mcpsession.reconcile.memory.ReplacementSlots;
import dev.mcpsession.reconcile.memory.SessionMemories;
import dev.mcpsession.reconcile.write.Announcer;
import dev.mcpsession.resources.NodeDeparture;
import dev.mcpsession.simulation.model.ModelCache;
import dev.mcpsession.simulation.model.ModelCaches;
import dev.mcpsession.simulation.model.Truth;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * From the events of one operator's watches and timers to the sessions that are to be reconciled,
 * as JOSDK and the wake-up event source do it.
 */
final class ModelEvents {
  private static final Duration SECOND_LOOK = Duration.ofMillis(500);

  /** Sessions, Pods, Services, sources, nodes, budgets: in the order of the caches. */
  static final int KINDS = 6;

  private final World world;
  private final ModelCaches caches;
  private final SessionMemories memories;
  private final Announcer announcer;
  private final ReplacementSlots slots;
  private final SessionUpdateFilter filter;
  private final Map<String, Alarm> alarms = new TreeMap<>();
  private final Set<String> queue = new LinkedHashSet<>();

  private record Alarm(SessionKey session, Instant at) {}

  ModelEvents(
      World world, ModelCaches caches, SessionMemories memories, Announcer announcer, int places) {
    this.world = world;
    this.caches = caches;
    this.memories = memories;
    this.announcer = announcer;
    this.slots = new ReplacementSlots(places, this::now);
    this.filter = new SessionUpdateFilter(memories, world.clock);
  }

  /** Names of the sessions that an event came for; each once. */
  Set<String> queue() {
    return queue;
  }

  void now(SessionKey session) {
    queue.add(session.name());
  }

  ReplacementSlots slots() {
    return slots;
  }

  void wakeAt(SessionKey session, Instant at) {
    alarms.put(session.uid(), new Alarm(session, at));
  }

  /** Whether an event waits to be delivered. */
  boolean isBehind() {
    return caches.all().stream().anyMatch(ModelCache::isBehind);
  }

  /** Delivers one event of one kind. */
  void deliver(int kind) {
    deliver(kind, false);
  }

  /** One event of a kind that has one. */
  void deliverAny() {
    List<Integer> behind =
        IntStream.range(0, KINDS)
            .filter(kind -> caches.all().get(kind).isBehind())
            .boxed()
            .toList();
    deliver(world.chance.oneOf(behind));
  }

  /** Its watch of one kind broke: it lists anew. */
  void relist(int kind) {
    deliver(kind, true);
  }

  private void deliver(int kind, boolean watchBroke) {
    boolean listedBefore = caches.areListed();
    switch (kind) {
      case 0 -> shift(caches.sessions, watchBroke).forEach(this::sessionChanged);
      case 1 -> shift(caches.pods, watchBroke).forEach(this::childChanged);
      case 2 -> shift(caches.services, watchBroke).forEach(this::childChanged);
      case 3 -> shift(caches.sources, watchBroke).forEach(this::sourceChanged);
      case 4 -> shift(caches.nodes, watchBroke).forEach(this::nodeChanged);
      default -> shift(caches.budgets, watchBroke).forEach(this::budgetChanged);
    }
    if (!listedBefore && caches.areListed()) {
      caches.sessions.all().forEach(session -> queue.add(session.getMetadata().getName()));
    }
  }

  private static <T extends HasMetadata> List<ModelCache.Delivery<T>> shift(
      ModelCache<T> cache, boolean watchBroke) {
    return watchBroke ? cache.list() : cache.isBehind() ? cache.next() : List.of();
  }

  private void sessionChanged(ModelCache.Delivery<McpSession> delivery) {
    McpSession before = delivery.before();
    McpSession after = delivery.after();
    if (before != null && (after == null || !uid(before).equals(uid(after)))) {
      alarms.remove(uid(before));
      memories.forget(uid(before));
      announcer.forget(uid(before));
      slots.forget(uid(before));
      if (after == null) {
        queue.remove(before.getMetadata().getName());
        return;
      }
    }
    if (after == null) {
      return;
    }
    if (before == null || !uid(before).equals(uid(after))) {
      alarms.put(
          uid(after), new Alarm(SessionKey.of(after), world.clock.instant().plus(SECOND_LOOK)));
    }
    if (before == null || !Truth.isLive(after) || filter.accept(after, before)) {
      queue.add(after.getMetadata().getName());
    }
  }

  private static String uid(McpSession session) {
    return session.getMetadata().getUid();
  }

  private void childChanged(ModelCache.Delivery<? extends HasMetadata> delivery) {
    HasMetadata object = delivery.after() != null ? delivery.after() : delivery.before();
    String session = object == null ? null : ModelCaches.labels(object).get(Names.SESSION_LABEL);
    if (session != null) {
      byJosdk(session);
    }
  }

  /** It drops the events of what does not exist any more, or is being deleted. */
  private void byJosdk(String name) {
    McpSession session = caches.sessions.get(name);
    if (session != null && Truth.isLive(session)) {
      queue.add(name);
    }
  }

  private void sourceChanged(ModelCache.Delivery<Secret> delivery) {
    Secret secret = delivery.after() != null ? delivery.after() : delivery.before();
    for (McpSession session : caches.sessions.all()) {
      if (secret != null && ModelCaches.reads(session, secret.getMetadata().getName())) {
        byJosdk(session.getMetadata().getName());
      }
    }
  }

  private void nodeChanged(ModelCache.Delivery<Node> delivery) {
    Node before = delivery.before();
    Node after = delivery.after();
    boolean matters =
        after != null
            && (before == null
                ? NodeDeparture.isAnnouncedBy(after)
                : !NodeDeparture.isUnchanged(after, before));
    if (matters) {
      caches.pods.all().stream()
          .filter(pod -> Truth.name(after).equals(pod.getSpec().getNodeName()))
          .forEach(pod -> byJosdk(ModelCaches.labels(pod).get(Names.SESSION_LABEL)));
    }
  }

  private void budgetChanged(ModelCache.Delivery<PodDisruptionBudget> delivery) {
    if (delivery.after() == null) {
      caches.sessions.all().forEach(session -> byJosdk(Truth.name(session)));
    }
  }

  void fireDueAlarms() {
    Instant now = world.clock.instant();
    List<Alarm> due = alarms.values().stream().filter(alarm -> !now.isBefore(alarm.at())).toList();
    for (Alarm alarm : due) {
      alarms.remove(alarm.session().uid());
      now(alarm.session());
    }
  }

  /** Null when no timer is set. */
  @Nullable Instant nextAlarm() {
    return alarms.values().stream().map(Alarm::at).min(Instant::compareTo).orElse(null);
  }

  boolean hasAlarm(McpSession session) {
    return alarms.containsKey(uid(session));
  }

  boolean isIdle() {
    return queue.isEmpty();
  }

  void enqueueAll() {
    caches.sessions.all().forEach(session -> queue.add(session.getMetadata().getName()));
  }
}
