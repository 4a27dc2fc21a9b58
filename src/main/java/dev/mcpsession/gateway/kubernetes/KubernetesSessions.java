package dev.mcpsession.gateway.kubernetes;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.route.User;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.session.Demand;
import dev.mcpsession.gateway.session.Demand.Served;
import dev.mcpsession.gateway.session.GrantAdvice;
import dev.mcpsession.gateway.session.SessionUses;
import dev.mcpsession.gateway.session.SessionView;
import dev.mcpsession.gateway.session.Sessions;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sessions as McpSession objects: read from informers, created under a name that is computed from
 * user and template, so that the API server lets one of several replicas win.
 */
public final class KubernetesSessions implements Sessions {
  /**
   * How long {@link #demandAfter} waits for the operator to see that a backend is gone, which the
   * kubelet reports within about a second.
   */
  private static final Duration UNTIL_NOTICED = Duration.ofSeconds(2);

  /**
   * What a gateway is told about sessions.
   *
   * @param newPerSecond new sessions of all users a second; positive
   * @param newBurst as many at once after a quiet time; at least 1
   * @param names the name of a user's session
   * @param apiSilent whether requests to the API server have been waiting in vain for an answer;
   *     must return at once
   * @param grantAdvice what users are told who have given no grant
   */
  public record Settings(
      int newPerSecond,
      int newBurst,
      BiFunction<McpResource, Owner, String> names,
      BooleanSupplier apiSilent,
      GrantAdvice grantAdvice) {}

  private record Name(String namespace, String name) {}

  private final BiFunction<McpResource, Owner, String> names;
  private final SessionStore store;
  private final CreationLimit limit;
  private final Resumes resumes;
  private final Subscriptions subscriptions;
  private final Map<Name, SessionFlight> flights = new ConcurrentHashMap<>();
  private final Map<Name, CompletableFuture<Void>> reads = new ConcurrentHashMap<>();

  /**
   * Begins with the cache, which is started and closed by others.
   *
   * @param nanoTime monotonic, in nanoseconds
   */
  public KubernetesSessions(
      GatewayCache cache,
      KubernetesClient client,
      Settings settings,
      InstantSource clock,
      LongSupplier nanoTime) {
    this(
        cache,
        new KubernetesSessionApi(client),
        ApiCalls.onVirtualThreads(),
        settings,
        clock,
        nanoTime);
  }

  KubernetesSessions(
      SessionView cache,
      SessionApi api,
      ApiCalls calls,
      Settings settings,
      InstantSource clock,
      LongSupplier nanoTime) {
    names = settings.names();
    store = new SessionStore(cache, api, calls, settings, clock, nanoTime);
    limit = new CreationLimit(settings.newPerSecond(), settings.newBurst(), nanoTime);
    resumes = new Resumes(nanoTime);
    subscriptions = new Subscriptions(this::state);
    cache.listen(new Changes());
  }

  /** What is reported of their use. */
  public SessionUses uses() {
    return store;
  }

  @Override
  public Optional<McpSessionTemplate> template(McpResource resource) {
    return Optional.ofNullable(store.template(resource));
  }

  @Override
  public Optional<Backend> serving(McpResource resource, User user) {
    return state(resource, user) instanceof SessionState.Serving(var backend)
        ? Optional.of(backend)
        : Optional.empty();
  }

  private SessionState state(McpResource resource, User user) {
    return store.state(resource, user, name(resource, user));
  }

  private String name(McpResource resource, User user) {
    return names.apply(resource, user.owner());
  }

  @Override
  public CompletionStage<Demand> demand(McpResource resource, User user, Duration patience) {
    Optional<Backend> backend = template(resource).flatMap(it -> serving(resource, user));
    if (backend.isPresent()) {
      return CompletableFuture.completedFuture(new Served(backend.get()));
    }
    Name name = new Name(resource.namespace(), name(resource, user));
    SessionFlight flight =
        flights.compute(
            name,
            (same, running) -> {
              SessionFlight one =
                  running == null || running.isOver() ? flight(resource, user, name) : running;
              one.enter();
              return one;
            });
    return flight.await(patience);
  }

  private SessionFlight flight(McpResource resource, User user, Name name) {
    return new SessionFlight(store, limit, resumes, this::retire, resource, user, name.name());
  }

  /** How many sessions are demanded now. */
  int underWay() {
    return flights.size();
  }

  /** Forgets a flight that has come to its end. */
  private void retire(SessionFlight flight) {
    flights.computeIfPresent(
        new Name(flight.namespace(), flight.name()),
        (name, running) -> running == flight && flight.isOver() ? null : running);
  }

  @Override
  public CompletionStage<Demand> demandAfter(
      Backend failed, McpResource resource, User user, Duration patience) {
    if (store.isApiSilent()) {
      return CompletableFuture.completedFuture(ApiFailure.away(""));
    }
    return read(new Name(resource.namespace(), name(resource, user)))
        .handle((nothing, failure) -> failure)
        .thenCompose(
            failure ->
                failure != null
                    ? CompletableFuture.completedFuture(ApiFailure.of(failure, "read the session"))
                    : isServing(failed, resource, user)
                        ? afterChange(failed, resource, user, patience)
                        : demand(resource, user, patience));
  }

  /** One request for all who ask at a time. */
  private CompletableFuture<Void> read(Name name) {
    CompletableFuture<Void> mine = new CompletableFuture<>();
    CompletableFuture<Void> running = reads.putIfAbsent(name, mine);
    if (running != null) {
      return running;
    }
    var unused =
        store
            .read(name.namespace(), name.name())
            .whenComplete(
                (nothing, failure) -> {
                  reads.remove(name, mine);
                  if (failure == null) {
                    mine.complete(null);
                  } else {
                    mine.completeExceptionally(failure);
                  }
                });
    return mine;
  }

  private boolean isServing(Backend backend, McpResource resource, User user) {
    return serving(resource, user).filter(it -> isSame(it, backend)).isPresent();
  }

  private static boolean isSame(Backend a, Backend b) {
    return a.session().equals(b.session()) && a.revision() == b.revision();
  }

  /** The operator may not have noticed yet; if it does not soon, the backend is tried again. */
  private CompletionStage<Demand> afterChange(
      Backend failed, McpResource resource, User user, Duration patience) {
    Duration wait = patience.compareTo(UNTIL_NOTICED) < 0 ? patience : UNTIL_NOTICED;
    CompletableFuture<Void> changed = new CompletableFuture<>();
    Subscription subscription =
        subscribe(
            resource,
            user,
            change -> {
              if (!(change instanceof Change.TemplateChanged)) {
                changed.complete(null);
              }
            });
    if (!isServing(failed, resource, user)) {
      changed.complete(null);
    }
    return changed
        .completeOnTimeout(null, wait.toMillis(), TimeUnit.MILLISECONDS)
        .thenCompose(
            nothing -> {
              subscription.close();
              return demand(resource, user, patience.minus(wait));
            });
  }

  @Override
  public Subscription subscribe(McpResource resource, User user, Consumer<Change> listener) {
    return subscriptions.add(resource, user, name(resource, user), listener);
  }

  /** Passes on what the cache shows, in the order in which it matters. */
  private final class Changes implements SessionView.Listener {
    @Override
    public void sessionChanged(@Nullable McpSession before, @Nullable McpSession now) {
      store.shown(before, now);
      McpSession any = now == null ? before : now;
      if (any == null) {
        return;
      }
      resumes.shown(any, now);
      subscriptions.sessionChanged(before, now);
      SessionFlight flight =
          flights.get(new Name(any.getMetadata().getNamespace(), any.getMetadata().getName()));
      if (flight != null && now == null) {
        flight.deleted(any);
      } else if (flight != null) {
        flight.step();
      }
    }

    @Override
    public void templateChanged(
        @Nullable McpSessionTemplate before, @Nullable McpSessionTemplate now) {
      subscriptions.templateChanged(before, now);
      McpSessionTemplate any = now == null ? before : now;
      if (any != null) {
        store.shown(any);
        flights.values().forEach(SessionFlight::step);
      }
    }
  }
}
