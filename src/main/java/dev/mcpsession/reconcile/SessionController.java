package dev.mcpsession.reconcile;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.api.TokenSpec;
import dev.mcpsession.metrics.SessionMetrics;
import dev.mcpsession.token.CallLimits;
import dev.mcpsession.token.SecretTokens;
import dev.mcpsession.token.ServiceAccountTokens;
import dev.mcpsession.token.TokenSource;
import dev.mcpsession.token.oauth.AuthorizationServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;

/** Everything that works on sessions: informers, timers, reconciler. */
public final class SessionController implements AutoCloseable {
  private static final Duration LAST_RECONCILES = Duration.ofSeconds(3);
  private static final Duration CACHE_SYNC = Duration.ofMinutes(2);
  private static final int CONCURRENT_RECONCILES = 50;

  private final Operator operator;
  private final InformerView view = new InformerView();
  private final WakeUps wakeUps;
  private final ExecutorService tokenThreads;
  private final ExecutorService endingThreads;
  private final Endings endings;
  private volatile boolean synced;

  public SessionController(
      KubernetesClient client,
      OperatorSettings settings,
      InstantSource clock,
      WriteGate gate,
      SessionMetrics metrics,
      Metrics josdkMetrics,
      AuthorizationServer server) {
    this(
        client,
        new KubernetesApi(client),
        settings,
        clock,
        gate,
        metrics,
        josdkMetrics,
        new TokenPorts(source(client, clock), server, (namespace, secret) -> {}));
  }

  /** With requests and sources that tests may disturb. */
  SessionController(
      KubernetesClient client,
      ClusterApi api,
      OperatorSettings settings,
      InstantSource clock,
      WriteGate gate,
      SessionMetrics metrics,
      Metrics josdkMetrics,
      TokenPorts ports) {
    SessionMemories memories = new SessionMemories();
    Announcer announcer = new Announcer(api, metrics, clock);
    tokenThreads = Executors.newThreadPerTaskExecutor(threads("token-"));
    endingThreads = Executors.newFixedThreadPool(CONCURRENT_RECONCILES, threads("ending-"));
    ReplacementSlots slots =
        new ReplacementSlots(settings.maxConcurrentReplacements(), this::lookAgain);
    wakeUps =
        new WakeUps(
            clock,
            this::lookAtEnding,
            uid -> {
              memories.forget(uid);
              announcer.forget(uid);
              slots.forget(uid);
            });
    TokenCalls tokens =
        new TokenCalls(
            ports.sources().apply(view),
            tokenThreads,
            settings.maxConcurrentTokenCalls(),
            clock,
            metrics,
            wakeUps::now);
    Revocations revocations =
        new Revocations(
            new Revoker(api, view, ports.server(), ports.shared()),
            limits(settings.maxConcurrentTokenCalls()),
            tokenThreads,
            clock,
            metrics,
            wakeUps::now);
    SessionReconciler reconciler =
        new SessionReconciler(
            new SessionObserver(view),
            new PlanApplier(api, tokens, revocations, announcer, clock, gate),
            memories,
            slots,
            clock,
            gate,
            wakeUps::at,
            this::eventSources);
    endings =
        new Endings(view, reconciler::reconcile, endingThreads, () -> synced && gate.isOpen());
    operator =
        new Operator(
            overrider ->
                overrider
                    .withKubernetesClient(client)
                    .withCloseClientOnStop(false)
                    .withMetrics(josdkMetrics)
                    .withExecutorService(
                        Executors.newFixedThreadPool(CONCURRENT_RECONCILES, threads("reconcile-")))
                    .withReconciliationTerminationTimeout(LAST_RECONCILES)
                    .withCacheSyncTimeout(CACHE_SYNC)
                    .withStopOnInformerErrorDuringStartup(false)
                    .withUseSSAToPatchPrimaryResource(false));
    operator.register(
        reconciler,
        overrider -> {
          overrider
              .withName("mcpsession")
              .withGenerationAware(false)
              .withRetry(GenericRetry.every10second10TimesRetry())
              .withOnUpdateFilter(new SessionUpdateFilter(memories, clock));
          if (settings.namespaces().isEmpty()) {
            overrider.watchingAllNamespaces();
          } else {
            overrider.settingNamespaces(settings.namespaces());
          }
        });
  }

  private static Function<ClusterView, Function<TokenSpec, TokenSource>> source(
      KubernetesClient client, InstantSource clock) {
    TokenSource serviceAccounts = new ServiceAccountTokens(client, clock);
    return view -> {
      TokenSource secrets = new SecretTokens(view::tokenSource, clock);
      return spec -> spec.serviceAccount() != null ? serviceAccounts : secrets;
    };
  }

  private static ThreadFactory threads(String prefix) {
    return Thread.ofVirtual().name(prefix, 0).factory();
  }

  /** Half of the places at most for one issuer: it may be silent. */
  private static CallLimits limits(int concurrent) {
    return new CallLimits(concurrent, Math.max(1, concurrent / 2));
  }

  private void lookAtEnding(SessionKey session) {
    endings.look(session);
  }

  private void lookAgain(SessionKey session) {
    wakeUps.now(session);
  }

  private List<EventSource<?, McpSession>> eventSources(EventSourceContext<McpSession> context) {
    List<EventSource<?, McpSession>> sources = new ArrayList<>(view.eventSources(context));
    sources.add(wakeUps);
    return sources;
  }

  /** Starts the informers; returns when the caches are synced; reconciles nothing yet. */
  public void start() {
    operator.start();
    synced = true;
  }

  public boolean isSynced() {
    return synced;
  }

  /** From now on reconciles; looks at every session once. */
  public void lead() {
    view.sessions().forEach(session -> wakeUps.now(SessionObserver.key(session)));
  }

  /** Sets all wake-ups anew. */
  public void clockStepped() {
    wakeUps.resetAll();
  }

  /** Cached. */
  public List<McpSession> sessions() {
    return view.sessions();
  }

  /** Stops taking work, waits at most 3 s for reconciles under way. */
  @Override
  public void close() {
    synced = false;
    operator.stop();
    endingThreads.shutdownNow();
    tokenThreads.shutdownNow();
  }

  /**
   * What it works on, and how much of it at a time.
   *
   * @param namespaces empty: all
   */
  public record OperatorSettings(
      Set<String> namespaces, int maxConcurrentReplacements, int maxConcurrentTokenCalls) {}
}
