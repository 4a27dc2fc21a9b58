package dev.mcpsession.simulation;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.reconcile.SessionUpdateFilter;
import dev.mcpsession.reconcile.memory.ReplacementSlots;
import dev.mcpsession.reconcile.memory.RequeueTimer;
import dev.mcpsession.reconcile.memory.SessionEntries;
import dev.mcpsession.reconcile.memory.SessionEntry;
import dev.mcpsession.resources.Child;
import dev.mcpsession.resources.NodeDeparture;
import dev.mcpsession.simulation.model.ModelApiServer;
import dev.mcpsession.simulation.model.ModelCache;
import dev.mcpsession.simulation.model.ModelCaches;
import dev.mcpsession.simulation.model.Truth;
import dev.mcpsession.simulation.rule.RoomRule;
import dev.mcpsession.simulation.rule.SeenActivity;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Turns the events of one operator's watches and timers into sessions to reconcile, as JOSDK and
 * RequeueTimers do.
 */
final class ModelEvents {
  private static final Future<?> MOVED_BY_HAND = CompletableFuture.completedFuture(null);
  private static final Duration SECOND_RECONCILE = Duration.ofMillis(500);

  /** Sessions, Pods, Services, sources, nodes, budgets: in the order of the caches. */
  static final int KINDS = 6;

  /** After all others. */
  static final int TEMPLATES = KINDS;

  private final World world;
  private final ModelCaches caches;
  private final SessionEntries entries;
  private final ReplacementSlots slots;
  private final SessionUpdateFilter filter;
  private final SeenActivity activity;
  private final RoomRule room = new RoomRule();
  private final ModelAlarms alarms = new ModelAlarms();
  private final Set<String> queue = new LinkedHashSet<>();

  ModelEvents(World world, ModelCaches caches) {
    this.world = world;
    this.caches = caches;
    this.slots = new ReplacementSlots(world.places, this::now);
    this.entries = new SessionEntries(this::isCached, slots);
    this.activity = new SeenActivity(world.writers);
    if (!world.offered) {
      caches.templates.list();
    }
    this.filter = new SessionUpdateFilter(entries, caches::spec, world.clock);
  }

  /** Names of the sessions with a pending event; each once. */
  Set<String> queue() {
    return queue;
  }

  void now(SessionKey session) {
    queue.add(session.name());
  }

  /** What this process was told of the use of sessions. */
  SeenActivity activity() {
    return activity;
  }

  void clockPutBack() {
    activity.clockPutBack(world.clock.instant());
    room.clockPutBack(world.clock.instant());
  }

  RoomRule room() {
    return room;
  }

  ReplacementSlots slots() {
    return slots;
  }

  SessionEntries entries() {
    return entries;
  }

  /**
   * JOSDK drops the events of a session that is being deleted, and DeletionTrigger reconciles only
   * those with our finalizer.
   */
  boolean leadsToReconcile(String name) {
    McpSession session = caches.sessions.get(name);
    return session == null || Truth.isLive(session) || session.hasRevocationFinalizer();
  }

  private boolean isCached(SessionKey session) {
    McpSession cached = caches.sessions.get(session.name());
    return cached != null && session.uid().equals(uid(cached));
  }

  void wakeAt(SessionEntry session, Instant at) {
    session.timer().set(at, again -> MOVED_BY_HAND);
  }

  void alarm(Duration delay, Runnable action) {
    alarms.add(world.clock.instant().plus(delay), action);
  }

  /** Whether an event waits to be delivered. */
  boolean isBehind() {
    return caches.all().stream().anyMatch(ModelCache::isBehind);
  }

  /** Delivers one event of one kind. */
  void deliver(int kind) {
    deliver(kind, false);
  }

  /** Delivers one event of any kind that has one. */
  void deliverAny() {
    List<Integer> behind =
        IntStream.range(0, KINDS)
            .filter(kind -> caches.all().get(kind).isBehind())
            .boxed()
            .toList();
    boolean templates = caches.templates.isBehind();
    if (templates && (behind.isEmpty() || world.secondChance.in(0.2))) {
      deliver(TEMPLATES);
    } else {
      deliver(world.chance.oneOf(behind));
    }
  }

  /** The watch of one kind broke: the operator lists anew. */
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
      case 5 -> shift(caches.budgets, watchBroke).forEach(this::budgetChanged);
      default -> shift(caches.templates, watchBroke).forEach(this::templateChanged);
    }
    if (!listedBefore && caches.areListed()) {
      caches
          .sessions
          .all()
          .forEach(
              session -> slots.resume(entries.of(SessionKey.of(session)), session.getStatus()));
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
      entries.close(uid(before));
      if (after == null) {
        queue.remove(before.getMetadata().getName());
        return;
      }
    }
    if (after == null) {
      return;
    }
    activity.see(after, world.clock.instant());
    if (before == null || !uid(before).equals(uid(after))) {
      wakeAt(entries.of(SessionKey.of(after)), world.clock.instant().plus(SECOND_RECONCILE));
    }
    if (!Truth.isLive(after)) {
      entries.leave(SessionKey.of(after));
    }
    if (before == null || !Truth.isLive(after) || filter.accept(after, before)) {
      queue.add(after.getMetadata().getName());
    }
  }

  private static String uid(McpSession session) {
    return session.getMetadata().getUid();
  }

  /** Not only out of sight, without its labels. */
  private boolean isGone(Pod pod) {
    Pod stored = world.server.pods.find(Truth.name(pod));
    return stored == null || !Truth.uid(stored).equals(Truth.uid(pod));
  }

  private void childChanged(ModelCache.Delivery<? extends HasMetadata> delivery) {
    HasMetadata object = delivery.after() != null ? delivery.after() : delivery.before();
    if (delivery.after() == null && delivery.before() instanceof Pod pod && isGone(pod)) {
      room.gone(pod, world.clock.instant());
    }
    if (object != null) {
      Child.sessions(object.getMetadata()).forEach(this::byJosdk);
    }
  }

  /** JOSDK drops the events of sessions that no longer exist or are being deleted. */
  private void byJosdk(String name) {
    McpSession session = caches.sessions.get(name);
    if (session != null && Truth.isLive(session)) {
      queue.add(name);
    }
  }

  private void sourceChanged(ModelCache.Delivery<Secret> delivery) {
    Secret secret = delivery.after() != null ? delivery.after() : delivery.before();
    if (secret != null) {
      caches
          .readers(ModelApiServer.NAMESPACE, Truth.name(secret))
          .forEach(session -> byJosdk(Truth.name(session)));
    }
  }

  private void templateChanged(ModelCache.Delivery<McpSessionTemplate> delivery) {
    caches.toldOf(delivery).forEach(session -> byJosdk(Truth.name(session)));
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
          .flatMap(pod -> Child.sessions(pod.getMetadata()).stream())
          .forEach(this::byJosdk);
    }
  }

  private void budgetChanged(ModelCache.Delivery<PodDisruptionBudget> delivery) {
    if (delivery.after() == null) {
      caches.sessions.all().forEach(session -> byJosdk(Truth.name(session)));
    }
  }

  void fireDueAlarms() {
    Instant now = world.clock.instant();
    alarms.fire(now);
    entries.all().stream()
        .sorted(Comparator.comparing(entry -> entry.key().uid()))
        .filter(entry -> isDue(entry.timer(), now))
        .forEach(entry -> now(entry.key()));
  }

  private static boolean isDue(RequeueTimer timer, Instant now) {
    Instant at = timer.at();
    return at != null && timer.isDue(at, now, again -> MOVED_BY_HAND);
  }

  /** Null when no timer is set. */
  @Nullable Instant nextAlarm() {
    return Stream.concat(
            entries.all().stream().map(entry -> entry.timer().at()).filter(Objects::nonNull),
            alarms.times())
        .min(Instant::compareTo)
        .orElse(null);
  }

  boolean hasAlarm(McpSession session) {
    return alarmAt(session) != null;
  }

  /** When the session is reconciled again at the latest; null if only an event leads to that. */
  @Nullable Instant alarmAt(McpSession session) {
    return entries.of(SessionKey.of(session)).timer().at();
  }

  boolean isIdle() {
    return queue.isEmpty();
  }

  void enqueueAll() {
    caches.sessions.all().forEach(session -> queue.add(session.getMetadata().getName()));
  }
}
