package dev.mcpsession.gateway.kubernetes;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.Names;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.route.User;
import dev.mcpsession.gateway.session.AnnotatedTime;
import dev.mcpsession.gateway.session.SessionUse;
import dev.mcpsession.gateway.session.SessionUses;
import dev.mcpsession.gateway.session.SessionView;
import dev.mcpsession.kube.ApiErrors;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The sessions as this replica knows them: from the cache, or from a later answer of the API
 * server. Sends the requests about them, and keeps what was answered.
 */
final class SessionStore implements SessionUses {
  private static final int UNPROCESSABLE = 422;
  private static final Duration SOONEST_RETRY = Duration.ofSeconds(1);

  private final SessionView cache;
  private final SessionApi api;
  private final ApiCalls calls;
  private final KubernetesSessions.Settings settings;
  private final InstantSource clock;
  private final FreshSessions fresh;
  private final Map<SessionKey, Seen> uses = new ConcurrentHashMap<>();

  /** What was made of a session and its template; each request asks for it several times. */
  private record Seen(McpSession session, @Nullable McpSessionTemplate template, SessionUse use) {
    boolean isOf(Object session, @Nullable Object template) {
      return this.session == session && this.template == template;
    }
  }

  private final List<Consumer<SessionKey>> listeners = new CopyOnWriteArrayList<>();

  SessionStore(
      SessionView cache,
      SessionApi api,
      ApiCalls calls,
      KubernetesSessions.Settings settings,
      InstantSource clock,
      LongSupplier nanoTime) {
    this.cache = cache;
    this.api = api;
    this.calls = calls;
    this.settings = settings;
    this.clock = clock;
    fresh = new FreshSessions(nanoTime);
  }

  /** The cache shows a change. */
  void shown(@Nullable McpSession before, @Nullable McpSession now) {
    fresh.shown(before, now);
    if (before != null && now == null) {
      uses.remove(SessionKey.of(before));
    }
    McpSession any = now == null ? before : now;
    if (any != null) {
      SessionKey key = SessionKey.of(any);
      listeners.forEach(it -> it.accept(key));
    }
  }

  /** The cache shows another form of a template, or has it no more. */
  void shown(McpSessionTemplate template) {
    uses.forEach(
        (key, seen) -> {
          if (key.namespace().equals(template.getMetadata().getNamespace())
              && template.getMetadata().getName().equals(seen.session.getSpec().templateName())) {
            listeners.forEach(it -> it.accept(key));
          }
        });
  }

  @Override
  public void listen(Consumer<SessionKey> changed) {
    listeners.add(changed);
  }

  boolean isSynced() {
    return cache.isSynced();
  }

  /** Whether to answer at once that the API server is away. */
  boolean isApiSilent() {
    return settings.apiSilent().getAsBoolean();
  }

  @Nullable McpSessionTemplate template(McpResource resource) {
    return cache.template(resource.namespace(), resource.template());
  }

  @Nullable McpSession session(String namespace, String name) {
    return fresh.newest(namespace, name, cache.session(namespace, name));
  }

  SessionState state(McpResource resource, User user, String name) {
    return SessionState.of(
        session(resource.namespace(), name), template(resource), resource, user.owner());
  }

  /** What a user can do whose grant is missing; empty: nothing. */
  Optional<String> grantAdvice(User user, McpSessionTemplate template) {
    return settings.grantAdvice().to(user.owner(), template);
  }

  /** How long until then, but not less than a moment. */
  Optional<Duration> until(@Nullable Instant at) {
    if (at == null) {
      return Optional.empty();
    }
    Duration left = Duration.between(clock.instant(), at);
    return Optional.of(left.compareTo(SOONEST_RETRY) < 0 ? SOONEST_RETRY : left);
  }

  /** Creates the user's session; fails if there is one of its name. */
  CompletableFuture<McpSession> create(McpSessionTemplate template, String name, User user) {
    McpSession session = NewSession.of(template, name, user, now());
    return calls.call(
        () -> {
          McpSession made = api.create(session);
          fresh.stored(made);
          return made;
        });
  }

  /** Reads it live; the result is what {@link #session} tells from then on. */
  CompletableFuture<Void> read(String namespace, String name) {
    return calls.call(
        () -> {
          readNow(namespace, name);
          return null;
        });
  }

  private @Nullable McpSession readNow(String namespace, String name) {
    McpSession found = api.read(namespace, name);
    if (found != null) {
      fresh.stored(found);
    } else {
      McpSession known = session(namespace, name);
      if (known != null) {
        fresh.gone(namespace, name, known.getMetadata().getUid());
      }
    }
    return found;
  }

  /** Reports a use now. */
  CompletableFuture<Written> use(McpSession session) {
    Instant now = now();
    SessionUse seen = useOf(session);
    return write(seen, AnnotationPatch.of(seen).set(Names.LAST_ACTIVE, seen.reportable(now, now)));
  }

  @Override
  public Optional<SessionUse> find(SessionKey key) {
    McpSession session = session(key.namespace(), key.name());
    if (session == null || !session.getMetadata().getUid().equals(key.uid())) {
      uses.remove(key);
      return Optional.empty();
    }
    McpSessionTemplate template = templateOf(session);
    Seen known = uses.get(key);
    if (known == null || !known.isOf(session, template)) {
      known = new Seen(session, template, StoredUse.of(session, template));
      uses.put(key, known);
    }
    return Optional.of(known.use);
  }

  @Override
  public CompletableFuture<Written> writeLastActive(SessionUse seen, Instant at) {
    return forward(seen, Names.LAST_ACTIVE, seen.lastActive(), at);
  }

  @Override
  public CompletableFuture<Written> writeLastConnected(SessionUse seen, Instant at) {
    return forward(seen, Names.LAST_CONNECTED, seen.lastConnected(), at);
  }

  /** A report that is late must not take back a newer one of another replica. */
  private CompletableFuture<Written> forward(
      SessionUse seen, String annotation, @Nullable AnnotatedTime before, Instant at) {
    return write(
        seen,
        AnnotationPatch.of(seen)
            .ifStill(annotation, Optional.ofNullable(before).map(AnnotatedTime::text))
            .set(annotation, at));
  }

  @Override
  public CompletableFuture<Written> writeReleased(SessionUse seen, Instant at) {
    return write(seen, AnnotationPatch.of(seen).ifUnchanged().set(Names.RELEASED, at));
  }

  private CompletableFuture<Written> write(SessionUse seen, String patch) {
    if (isApiSilent()) {
      return CompletableFuture.completedFuture(new Written.Failed(ApiFailure.away("")));
    }
    return calls
        .call(() -> patch(seen.session(), patch))
        .exceptionally(failure -> new Written.Failed(ApiFailure.of(failure, "change the session")));
  }

  private Written patch(SessionKey key, String patch) {
    try {
      McpSession session = api.patch(key.namespace(), key.name(), patch);
      fresh.stored(session);
      return new Written.Stored(useOf(session));
    } catch (KubernetesClientException e) {
      boolean refused =
          e.getCode() == UNPROCESSABLE || e.getCode() == HttpURLConnection.HTTP_CONFLICT;
      if (!refused && !ApiErrors.isGone(e)) {
        throw e;
      }
      McpSession found = readNow(key.namespace(), key.name());
      return found == null || !found.getMetadata().getUid().equals(key.uid())
          ? new Written.Gone()
          : new Written.Changed(useOf(found));
    }
  }

  private SessionUse useOf(McpSession session) {
    return StoredUse.of(session, templateOf(session));
  }

  private @Nullable McpSessionTemplate templateOf(McpSession session) {
    String name = session.getSpec().templateName();
    return name == null ? null : cache.template(session.getMetadata().getNamespace(), name);
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
