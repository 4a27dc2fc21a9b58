package dev.mcpsession.gateway.kubernetes;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.route.User;
import dev.mcpsession.gateway.session.Sessions.Change;
import dev.mcpsession.gateway.session.Sessions.Subscription;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Who wants to know of changes, and what each was told last. */
final class Subscriptions {
  private record Name(String namespace, String name) {}

  private final Map<Name, Set<Subscriber>> subscribers = new ConcurrentHashMap<>();
  private final BiFunction<McpResource, User, SessionState> states;

  /**
   * @param states the present state of a user's session
   */
  Subscriptions(BiFunction<McpResource, User, SessionState> states) {
    this.states = states;
  }

  Subscription add(McpResource resource, User user, String name, Consumer<Change> listener) {
    Name key = new Name(resource.namespace(), name);
    Subscriber subscriber = new Subscriber(resource, user, listener);
    subscribers.compute(
        key,
        (same, others) -> {
          Set<Subscriber> all = others == null ? ConcurrentHashMap.newKeySet() : others;
          all.add(subscriber);
          return all;
        });
    subscriber.begin(states.apply(resource, user));
    return () ->
        subscribers.computeIfPresent(
            key,
            (same, all) -> {
              all.remove(subscriber);
              return all.isEmpty() ? null : all;
            });
  }

  void sessionChanged(@Nullable McpSession before, @Nullable McpSession now) {
    McpSession any = now == null ? before : now;
    if (any == null) {
      return;
    }
    Name name = new Name(any.getMetadata().getNamespace(), any.getMetadata().getName());
    boolean another =
        before != null
            && now != null
            && !before.getMetadata().getUid().equals(now.getMetadata().getUid());
    for (Subscriber subscriber : subscribers.getOrDefault(name, Set.of())) {
      if (another) {
        subscriber.tell(new SessionState.Absent());
      }
      subscriber.tell(states.apply(subscriber.resource, subscriber.user));
    }
  }

  void templateChanged(@Nullable McpSessionTemplate before, @Nullable McpSessionTemplate now) {
    McpSessionTemplate any = now == null ? before : now;
    if (any == null || (before != null && now != null && before.getSpec().equals(now.getSpec()))) {
      return;
    }
    McpResource resource = McpResource.of(any);
    subscribers.values().stream()
        .flatMap(Set::stream)
        .filter(it -> it.resource.equals(resource))
        .forEach(it -> it.listener.accept(new Change.TemplateChanged()));
  }

  /** Told of changes in the order in which they are seen, and of each once. */
  private static final class Subscriber {
    private final McpResource resource;
    private final User user;
    private final Consumer<Change> listener;
    private @Nullable Change told;

    Subscriber(McpResource resource, User user, Consumer<Change> listener) {
      this.resource = resource;
      this.user = user;
      this.listener = listener;
    }

    /** What it can read itself is not told. */
    synchronized void begin(SessionState state) {
      if (told == null && !(state instanceof SessionState.Absent)) {
        told = change(state);
      }
    }

    synchronized void tell(SessionState state) {
      Change change = change(state);
      boolean nothingBefore = told == null && change instanceof Change.Ended;
      boolean endedBefore = told instanceof Change.Ended && change instanceof Change.Ended;
      if (!nothingBefore && !endedBefore && !Objects.equals(told, change)) {
        told = change;
        listener.accept(change);
      }
    }

    private static Change change(SessionState state) {
      return switch (state) {
        case SessionState.Serving(var backend) -> new Change.Serving(backend);
        case SessionState.GrantRejected rejected -> new Change.Ended(true);
        case SessionState.Absent absent -> new Change.Ended(false);
        case SessionState.Ending ending -> new Change.Ended(false);
        case SessionState.NotOwned foreign -> new Change.Ended(false);
        case SessionState.Starting starting -> new Change.NotServing();
        case SessionState.SuspendedIdle suspended -> new Change.NotServing();
        case SessionState.SuspendedBySpec suspended -> new Change.NotServing();
        case SessionState.Failed failed -> new Change.NotServing();
        case SessionState.GrantMissing missing -> new Change.NotServing();
      };
    }
  }
}
