package dev.mcpsession.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.metrics.SessionMetrics;
import dev.mcpsession.plan.Plan;
import dev.mcpsession.plan.SessionEvent;
import dev.mcpsession.reconcile.cache.NodeView;
import dev.mcpsession.reconcile.memory.ReplacementSlots;
import dev.mcpsession.reconcile.memory.SessionEntries;
import dev.mcpsession.reconcile.memory.SessionEntry;
import dev.mcpsession.reconcile.write.Announcer;
import dev.mcpsession.reconcile.write.ClusterApi;
import dev.mcpsession.reconcile.write.NamespaceBudgets;
import dev.mcpsession.simulation.model.ModelApiServer;
import dev.mcpsession.simulation.model.ModelCache;
import dev.mcpsession.simulation.model.ModelCaches;
import dev.mcpsession.simulation.model.VirtualClock;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A session that is deleted during its reconcile leaves nothing in the process. */
class GoneSessionTest {
  private final VirtualClock clock = new VirtualClock();
  private final ModelApiServer server = new ModelApiServer(clock, 1);
  private final ModelCaches caches = new ModelCaches(server);
  private final SessionMetrics metrics = new SessionMetrics(new SimpleMeterRegistry());
  private final ReplacementSlots slots = new ReplacementSlots(1, key -> {});
  private final SessionEntries entries = new SessionEntries(this::isCached, slots);
  private final RequeueTimers timers = new RequeueTimers(clock, entries, key -> {});

  /** Every request finds that the session has just been deleted, and fails. */
  private final ClusterApi api =
      (ClusterApi)
          Proxy.newProxyInstance(
              ClusterApi.class.getClassLoader(),
              new Class<?>[] {ClusterApi.class},
              (proxy, method, arguments) -> {
                gone();
                throw new KubernetesClientException("no", 503, null);
              });

  private final Announcer announcer = new Announcer(api, metrics, clock);
  private McpSession session;

  @BeforeEach
  void create() {
    session =
        server.createSession(
            Serialization.unmarshal(
                """
                metadata: {name: alice}
                spec: {user: alice, podTemplate: {spec: {containers: [{name: backend, image: b}]}}}
                """,
                McpSession.class));
    caches.all().forEach(ModelCache::list);
    timers.onResourceCreated(session);
  }

  @AfterEach
  void stop() {
    timers.stop();
  }

  @Test
  void theReconcileUnderWaySetsNoTimer() {
    SessionEntry entry = entries.of(SessionKey.of(session));
    assertThat(entry.timer().at()).isNotNull();
    NamespaceBudgets budgets = new NamespaceBudgets(NodeView.unwatched());
    new SessionReconciler(
            new SessionObserver(caches, NodeView.unwatched(), budgets),
            new PlanApplier(api, null, null, announcer, budgets, clock, () -> true), // no token
            entries,
            slots,
            metrics,
            clock,
            () -> true,
            timers::at,
            (namespace, template) -> {},
            context -> List.of())
        .reconcile(ModelApiServer.NAMESPACE, "alice");
    assertThat(entry.isClosed()).isTrue();
    assertThat(entry.timer().at()).isNull();
    assertThat(entries.all()).isEmpty();
  }

  @Test
  void aSessionThatIsBeingDeletedGivesItsPlaceBackAlthoughAFinalizerHoldsIt() {
    SessionEntry entry = entries.of(SessionKey.of(session));
    slots.settle(entry, Plan.Slot.HELD, true);
    McpSession before = session;
    server.sessions.edit(session, copy -> copy.getMetadata().setDeletionTimestamp(server.time()));
    session = server.sessions.find("alice");
    caches.sessions.list();
    timers.onResourceUpdated(session, before);
    slots.settle(entry, Plan.Slot.HELD, true); // by a reconcile that was under way
    assertThat(slots.count()).isEqualTo(new ReplacementSlots.Count(0, 0, 0));
    assertThat(entry.isClosed()).isFalse();
  }

  @Test
  void aWarningThatCannotBeWrittenIsNotRemembered() {
    SessionEntry entry = entries.of(SessionKey.of(session));
    announcer.announce(session, new SessionEvent.NameConflict("taken"), entry.warnings());
    assertThat(entries.all()).isEmpty();
  }

  @Test
  void aNamesakeThatCameUnseenTakesItsPlace() {
    McpSession before = session;
    server.sessions.remove("alice");
    create(); // as after a broken watch
    timers.onResourceUpdated(session, before);
    assertThat(entries.all()).extracting(SessionEntry::key).containsExactly(SessionKey.of(session));
    assertThat(entries.of(SessionKey.of(before)).isClosed()).isTrue();
  }

  @Test
  void anEventOfASessionThatIsGoneFromTheCacheMakesNoEntry() {
    gone();
    timers.onResourceCreated(session);
    assertThat(entries.all()).isEmpty();
  }

  private void gone() {
    if (server.sessions.find("alice") != null) {
      server.sessions.remove("alice");
      caches.sessions.list();
      timers.onResourceDeleted(session);
    }
  }

  private boolean isCached(SessionKey key) {
    McpSession cached = caches.sessions.get(key.name());
    return cached != null && Objects.equals(key.uid(), cached.getMetadata().getUid());
  }
}
