package dev.mcpsession.reconcile;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.kube.WriteGate;
import dev.mcpsession.metrics.SessionMetrics;
import dev.mcpsession.reconcile.cache.InformerView;
import dev.mcpsession.reconcile.cache.Informers;
import dev.mcpsession.reconcile.memory.ReplacementSlots;
import dev.mcpsession.reconcile.memory.SessionEntries;
import dev.mcpsession.reconcile.template.TemplateQueue;
import dev.mcpsession.reconcile.template.TemplateReconciler;
import dev.mcpsession.reconcile.token.Revocations;
import dev.mcpsession.reconcile.token.Revoker;
import dev.mcpsession.reconcile.token.TokenCalls;
import dev.mcpsession.reconcile.token.TokenServices;
import dev.mcpsession.reconcile.token.TokenSources;
import dev.mcpsession.reconcile.token.WaitingSessions;
import dev.mcpsession.reconcile.write.Announcer;
import dev.mcpsession.reconcile.write.ClusterApi;
import dev.mcpsession.reconcile.write.KubernetesApi;
import dev.mcpsession.reconcile.write.NamespaceBudgets;
import dev.mcpsession.reconcile.write.TemplateWriter;
import dev.mcpsession.token.SecretReads;
import dev.mcpsession.token.SourceSecret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Everything that works on sessions: informers, timers, reconciler. */
public final class SessionController implements AutoCloseable {
  private final Framework framework;
  private final Informers informers;
  private final InformerView view;
  private final TokenSources sources;
  private final RequeueTimers timers;
  private final TemplateQueue templates;
  private final WorkerThreads threads = new WorkerThreads();
  private final DeletionTrigger deletions;
  private final SessionEntries entries;
  private final ReplacementSlots slots;
  private volatile boolean started;
  private volatile boolean synced;

  public SessionController(
      KubernetesClient client,
      OperatorSettings settings,
      InstantSource clock,
      WriteGate gate,
      SessionMetrics metrics,
      Metrics josdkMetrics,
      TokenServices services) {
    this(client, new KubernetesApi(client), settings, clock, gate, metrics, josdkMetrics, services);
  }

  /** With requests that tests may disturb. */
  SessionController(
      KubernetesClient client,
      ClusterApi api,
      OperatorSettings settings,
      InstantSource clock,
      WriteGate gate,
      SessionMetrics metrics,
      Metrics josdkMetrics,
      TokenServices services) {
    informers =
        new Informers(settings.watchTokenSecrets(), settings.watchNodes(), this::templateChanged);
    view = informers.sessions();
    SourceSecret.Lookup cachedSecrets = view.tokenSources();
    SourceSecret.Lookup secrets =
        cachedSecrets == null ? new SecretReads(client, services.calls()) : cachedSecrets;
    sources = services.sources().apply(secrets);
    NamespaceBudgets budgets = new NamespaceBudgets(informers.nodes());
    Announcer announcer = new Announcer(api, metrics, clock);
    slots = new ReplacementSlots(settings.maxConcurrentReplacements(), this::reconcileSoon);
    entries = new SessionEntries(view::shows, slots);
    timers = new RequeueTimers(clock, entries, this::reconcileIfDeleted);
    templates =
        new TemplateQueue(
            new TemplateReconciler(
                view, entries, new TemplateWriter(new KubernetesApi(client)), clock, gate),
            clock,
            threads.forTemplates());
    TokenCalls tokens =
        new TokenCalls(
            sources,
            threads.forTokens(),
            clock,
            metrics,
            new WaitingSessions(view, entries, timers::now));
    Revocations revocations =
        new Revocations(
            new Revoker(api, view, secrets, services.server(), sources),
            services.calls(),
            threads.forTokens(),
            clock,
            metrics,
            timers::now);
    SessionReconciler reconciler =
        new SessionReconciler(
            new SessionObserver(view, informers.nodes(), budgets),
            new PlanApplier(api, tokens, revocations, announcer, budgets, clock, gate),
            entries,
            slots,
            metrics,
            clock,
            gate,
            timers::at,
            templates::moved,
            this::eventSources);
    SyncedReconciler whenSynced = new SyncedReconciler(reconciler, this::isSynced);
    deletions =
        new DeletionTrigger(
            view, whenSynced::reconcile, threads.forDeletions(), () -> synced && gate.isOpen());
    framework =
        new Framework(
            client,
            settings.namespaces(),
            whenSynced,
            new SessionUpdateFilter(entries, view::spec, clock),
            josdkMetrics,
            threads.forReconciles());
  }

  private void reconcileIfDeleted(SessionKey session) {
    deletions.reconcileIfDeleted(session);
  }

  private void templateChanged(McpSessionTemplate template) {
    templates.changed(template);
  }

  private void reconcileSoon(SessionKey session) {
    timers.now(session);
  }

  private List<EventSource<?, McpSession>> eventSources(EventSourceContext<McpSession> context) {
    List<EventSource<?, McpSession>> sources = new ArrayList<>(informers.eventSources(context));
    sources.add(timers);
    sources.add(templates);
    return sources;
  }

  /**
   * Starts the informers; returns when every cache is filled, however long that takes; reconciles
   * nothing yet.
   *
   * @throws IllegalStateException if interrupted
   */
  public void start() {
    framework.start();
    started = true;
    framework.caches().await();
    synced = true;
  }

  /** Whether the informers run; their caches may not be filled yet. */
  public boolean isStarted() {
    return started;
  }

  /** Whether every cache has been filled. */
  public boolean isSynced() {
    return synced;
  }

  /** Whether the caches of this namespace are filled. */
  public boolean isSynced(String namespace) {
    return framework.caches().isSynced(namespace);
  }

  /** What the caches still lack, such as "pods of namespace team"; empty: nothing. */
  public List<String> missingCaches() {
    return framework.caches().missing();
  }

  /** Starts to reconcile, beginning with every session once. */
  public void lead() {
    List<McpSession> sessions = view.sessions();
    sessions.forEach(
        session -> slots.resume(entries.of(SessionKey.of(session)), session.getStatus()));
    sessions.forEach(session -> timers.now(SessionKey.of(session)));
    view.templates().forEach(templates::changed);
  }

  /** Reconciles every session of a namespace once. */
  public void reconcileAll(String namespace) {
    view.sessions(namespace).forEach(session -> timers.now(SessionKey.of(session)));
    view.templates().forEach(templates::changed);
  }

  /**
   * Watches these namespaces from now on. Forgets everything about the sessions of others. Those of
   * a new one are reconciled once its caches are filled, by {@link #reconcileAll}. Takes some
   * seconds.
   *
   * @param namespaces empty: none
   */
  public void serve(Set<String> namespaces) {
    framework.serve(namespaces);
    entries.all().stream()
        .filter(entry -> !namespaces.contains(entry.key().namespace()))
        .forEach(entry -> entries.close(entry.key().uid()));
  }

  /** Tries at once what failed and waits for its next try. */
  public void retryNow() {
    entries.all().stream()
        .filter(entry -> entry.faults().restart())
        .forEach(entry -> timers.now(entry.key()));
  }

  /** Sets all timers again. */
  public void clockStepped() {
    timers.resetAll();
  }

  /** Cached. */
  public List<McpSession> sessions() {
    return view.sessions();
  }

  /** Cached. */
  public List<McpSessionTemplate> templates() {
    return view.templates();
  }

  /** The effective one of a session, by the cached template. */
  public McpSessionSpec spec(McpSession session) {
    return view.spec(session);
  }

  /**
   * Number of sessions that hold, have given back or wait for a place of maxConcurrentReplacements.
   */
  public Map<String, Integer> replacementPlaces() {
    ReplacementSlots.Count count = slots.count();
    return Map.of(
        "held", count.held(), "unscheduled", count.unscheduled(), "waiting", count.waiting());
  }

  /** Whether an issuer's answer that must not be lost is outstanding or not stored yet. */
  public boolean isRenewing() {
    return sources.isRenewing();
  }

  /** Starts no further renewals of grants, and waits up to 41 s until no answer can be lost. */
  public void endRenewals() {
    sources.close();
  }

  /**
   * Accepts no more work. Waits at most 3 s for running reconciles, and for renewals of grants
   * until they end.
   */
  @Override
  public void close() {
    started = false;
    synced = false;
    framework.stop();
    threads.close();
    endRenewals();
  }
}
