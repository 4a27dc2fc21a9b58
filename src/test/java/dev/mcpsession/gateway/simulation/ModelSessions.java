package dev.mcpsession.gateway.simulation;

import dev.mcpsession.api.SessionKey;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.session.SessionName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Sessions at the API server, and the operator that works on them. */
final class ModelSessions {
  static final Duration DRAIN = Duration.ofSeconds(20);
  private static final Map<String, String> NAMES = new ConcurrentHashMap<>();

  final List<SessionObject> changes = new ArrayList<>();
  final List<Pod> pods = new ArrayList<>();
  private final World world;
  private final Timeline timeline;
  private final Map<String, SessionObject> stored = new LinkedHashMap<>();
  private final Map<String, Integer> revisions = new HashMap<>();
  private final List<Runnable> watches = new ArrayList<>();
  private long version;
  private int uids;

  /** Whether backends keep sessions. */
  boolean keepSessions = true;

  ModelSessions(World world) {
    this.world = world;
    this.timeline = world.timeline;
  }

  static String name(String user) {
    return NAMES.computeIfAbsent(
        user, it -> SessionName.of(World.RESOURCE, World.user(it).owner()));
  }

  void watch(Runnable changed) {
    watches.add(changed);
  }

  /** Null: there is none. */
  @Nullable SessionObject find(String user) {
    return stored.get(name(user));
  }

  List<SessionObject> all() {
    return List.copyOf(stored.values());
  }

  private void store(SessionObject changed) {
    SessionObject now =
        new SessionObject(
            changed.key(),
            changed.user(),
            ++version,
            changed.suspended(),
            changed.deleting(),
            changed.gone(),
            changed.serving());
    String name = now.key().name();
    if (now.gone()) {
      stored.remove(name);
      world.connections.sessions().remove(now.key().namespace() + "/" + name);
    } else {
      stored.put(name, now);
      world.connections.sessions().put(now.key().namespace() + "/" + name, now.object());
    }
    changes.add(now);
    watches.forEach(Runnable::run);
  }

  /** If it is absent; else nothing. */
  void create(String user) {
    if (find(user) == null) {
      SessionKey key = new SessionKey("team", name(user), user + "-uid-" + ++uids);
      timeline.trace.line("session " + key.uid() + " is made");
      store(new SessionObject(key, user, 0, false, false, false, Optional.empty()));
      startLater(key);
    }
  }

  void resume(String user) {
    SessionObject session = find(user);
    if (session != null && session.suspended()) {
      timeline.trace.line("session " + session.key().uid() + " is resumed");
      store(session.suspended(false));
      startLater(session.key());
    }
  }

  /** A Pod starts, and serves; the one before it drains. */
  private void startLater(SessionKey key) {
    timeline.after(timeline.chance.between(100, 6_000), () -> start(key));
  }

  private Optional<SessionObject> current(SessionKey key) {
    return Optional.ofNullable(stored.get(key.name())).filter(it -> it.key().equals(key));
  }

  private void start(SessionKey key) {
    Optional<SessionObject> session = current(key).filter(it -> !it.suspended() && !it.deleting());
    if (session.isEmpty()) {
      return;
    }
    int revision = revisions.merge(key.uid(), 1, Integer::sum);
    Backend backend =
        new Backend(
            key, revision, world.network.address(), timeline.instant(), DRAIN, Duration.ZERO);
    List<Pod> before = pods(key);
    Pod pod = new Pod(world, backend, session.get().user(), keepSessions);
    pods.add(pod);
    world.network.add(pod);
    timeline.trace.line(pod + " serves at " + backend.endpoint());
    store(session.get().serving(Optional.of(backend)));
    before.forEach(it -> timeline.after(DRAIN, () -> drained(it)));
  }

  /** Some were on nodes that are gone. */
  private void drained(Pod pod) {
    if (timeline.chance.in(0.2)) {
      world.network.vanish(pod);
    } else {
      world.network.remove(pod);
    }
  }

  private List<Pod> pods(SessionKey key) {
    return pods.stream().filter(it -> !it.isDead() && it.backend.session().equals(key)).toList();
  }

  /** Another Pod takes the place of the one that serves. */
  void replace(SessionObject session) {
    if (session.serving().isPresent()) {
      startLater(session.key());
    }
  }

  /** The Pod that serves goes without a word; the operator sees it some time later. */
  void kill(SessionObject session) {
    session
        .serving()
        .ifPresent(
            backend -> {
              pods(session.key()).stream()
                  .filter(it -> it.backend.equals(backend))
                  .forEach(world.network::remove);
              timeline.after(
                  timeline.chance.between(50, 2_500),
                  () ->
                      current(session.key())
                          .filter(it -> it.serving().equals(Optional.of(backend)))
                          .ifPresent(
                              it -> {
                                store(it.serving(Optional.empty()));
                                startLater(it.key());
                              }));
            });
  }

  void suspend(SessionObject session) {
    if (!session.deleting() && !session.suspended()) {
      timeline.trace.line("session " + session.key().uid() + " is suspended");
      store(session.suspended(true));
      pods(session.key()).forEach(world.network::remove);
    }
  }

  void delete(SessionObject session) {
    if (session.deleting()) {
      return;
    }
    timeline.trace.line("session " + session.key().uid() + " is deleted");
    store(session.deleted(false));
    pods(session.key())
        .forEach(
            it ->
                timeline.after(timeline.chance.between(1, 3_000), () -> world.network.remove(it)));
    timeline.after(
        timeline.chance.between(10, 4_000),
        () -> {
          store(session.deleted(true));
          timeline.after(
              timeline.chance.between(10, 8_000),
              () -> world.connections.collect(session.key().uid()));
        });
  }
}
