package dev.mcpsession.gateway.http;

import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.route.User;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.session.Demand;
import dev.mcpsession.gateway.session.Sessions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Sessions as a test sets them; every user of a template has the same one, but for some. */
final class FakeSessions implements Sessions {
  private record Waiting(CompletableFuture<Demand> future) {}

  private final Map<McpResource, McpSessionTemplate> templates = new ConcurrentHashMap<>();
  private final List<Consumer<Change>> listeners = new CopyOnWriteArrayList<>();
  private final List<Waiting> waiting = new CopyOnWriteArrayList<>();
  final AtomicInteger demands = new AtomicInteger();
  final AtomicInteger liveReads = new AtomicInteger();
  final List<Duration> patiences = new CopyOnWriteArrayList<>();

  /** Whether a live read finds that no backend serves. */
  volatile boolean waitAfterFailure;

  private final Map<String, Demand> ofUsers = new ConcurrentHashMap<>();
  private volatile @Nullable Demand answer;
  private volatile @Nullable Demand live;

  /** What demands are answered with from now on, and those that wait. Null: they wait. */
  void answer(@Nullable Demand demand) {
    answer = demand;
    if (demand != null) {
      waiting.forEach(it -> it.future().complete(demand));
      waiting.clear();
    }
  }

  /** What demands of this user alone are answered with. */
  void answer(String user, Demand demand) {
    ofUsers.put(user, demand);
  }

  private @Nullable Demand answerTo(User user) {
    return ofUsers.getOrDefault(user.name(), answer);
  }

  /** What a live read finds; null: what the cache has. */
  void live(@Nullable Demand demand) {
    live = demand;
  }

  void template(McpResource resource, @Nullable McpSessionTemplate template) {
    if (template == null) {
      templates.remove(resource);
    } else {
      templates.put(resource, template);
    }
  }

  void tell(Change change) {
    listeners.forEach(it -> it.accept(change));
  }

  int subscriptions() {
    return listeners.size();
  }

  @Override
  public Optional<McpSessionTemplate> template(McpResource resource) {
    return Optional.ofNullable(templates.get(resource));
  }

  @Override
  public Optional<Backend> serving(McpResource resource, User user) {
    return answerTo(user) instanceof Demand.Served served
        ? Optional.of(served.backend())
        : Optional.empty();
  }

  @Override
  public CompletionStage<Demand> demand(McpResource resource, User user, Duration patience) {
    demands.incrementAndGet();
    patiences.add(patience);
    Demand now = answerTo(user);
    if (now != null) {
      return CompletableFuture.completedStage(now);
    }
    CompletableFuture<Demand> future = new CompletableFuture<>();
    waiting.add(new Waiting(future));
    return future;
  }

  @Override
  public CompletionStage<Demand> demandAfter(
      Backend failed, McpResource resource, User user, Duration patience) {
    liveReads.incrementAndGet();
    if (waitAfterFailure) {
      answer(null);
    }
    Demand read = live;
    if (read != null) {
      answer(read);
    }
    return demand(resource, user, patience);
  }

  @Override
  public Subscription subscribe(McpResource resource, User user, Consumer<Change> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }
}
