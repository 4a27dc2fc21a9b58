package dev.mcpsession.gateway.activity;

import dev.mcpsession.VirtualTime;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.gateway.session.AnnotatedTime;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.session.Demand;
import dev.mcpsession.gateway.session.SessionUse;
import dev.mcpsession.gateway.session.SessionUses;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One session in an API server that answers at once, or after a delay. Its caches are as fresh. */
final class ModelUses implements SessionUses {
  static final SessionKey KEY = new SessionKey("team", "forgejo-alice", "uid-1");

  /** One annotation that was stored. */
  record Write(Instant at, String annotation, Instant value) {}

  final List<Write> writes = new ArrayList<>();
  private final VirtualTime time;
  private final VirtualTimer timer;
  private final List<Consumer<SessionKey>> listeners = new ArrayList<>();
  private long version = 1;
  private @Nullable SessionUse stored;
  Duration delay = Duration.ZERO;
  boolean away;
  private int attempts;

  ModelUses(VirtualTime time, VirtualTimer timer, Duration idleTimeout) {
    this.time = time;
    this.timer = timer;
    stored =
        new SessionUse(
            KEY,
            idleTimeout,
            false,
            Optional.empty(),
            false,
            AnnotatedTime.of(time.instant().toString()),
            null,
            null,
            true,
            time.instant(),
            "1");
  }

  Backend backend() {
    SessionUse use = Objects.requireNonNull(stored);
    return new Backend(
        KEY,
        1,
        URI.create("http://10.88.0.9:8080/mcp"),
        time.instant(),
        Duration.ZERO,
        use.idleTimeout());
  }

  SessionUse now() {
    return Objects.requireNonNull(stored);
  }

  /** The caches tell of the session as it is. */
  void tell() {
    listeners.forEach(listener -> listener.accept(KEY));
  }

  /** How often somebody has tried to release the session. */
  int attempts() {
    return attempts;
  }

  /** What a replica sees of it and does with it while it lives. */
  SessionUses until(BooleanSupplier dead) {
    return new SessionUses() {
      @Override
      public Optional<SessionUse> find(SessionKey session) {
        return ModelUses.this.find(session);
      }

      @Override
      public void listen(Consumer<SessionKey> changed) {
        ModelUses.this.listen(
            key -> {
              if (!dead.getAsBoolean()) {
                changed.accept(key);
              }
            });
      }

      @Override
      public CompletionStage<Written> writeLastActive(SessionUse seen, Instant at) {
        return ModelUses.this.writeLastActive(seen, at);
      }

      @Override
      public CompletionStage<Written> writeLastConnected(SessionUse seen, Instant at) {
        return ModelUses.this.writeLastConnected(seen, at);
      }

      @Override
      public CompletionStage<Written> writeReleased(SessionUse seen, Instant at) {
        return ModelUses.this.writeReleased(seen, at);
      }
    };
  }

  /** Somebody deletes the session. */
  void delete() {
    stored = null;
  }

  void offer(boolean streamsCount, Optional<Duration> releaseGrace) {
    SessionUse it = now();
    change(
        it,
        streamsCount,
        releaseGrace,
        it.suspended(),
        it.lastActive(),
        it.lastConnected(),
        it.released());
  }

  void suspend(boolean suspended) {
    SessionUse it = now();
    change(
        it,
        it.streamsCount(),
        it.releaseGrace(),
        suspended,
        it.lastActive(),
        it.lastConnected(),
        it.released());
  }

  /** Another replica, which this one hears of at once. */
  void connectElsewhere(Instant at) {
    SessionUse it = now();
    change(
        it,
        it.streamsCount(),
        it.releaseGrace(),
        it.suspended(),
        it.lastActive(),
        AnnotatedTime.of(at.toString()),
        it.released());
  }

  private SessionUse change(
      SessionUse it,
      boolean streamsCount,
      Optional<Duration> grace,
      boolean suspended,
      @Nullable AnnotatedTime lastActive,
      @Nullable AnnotatedTime lastConnected,
      @Nullable AnnotatedTime released) {
    SessionUse changed =
        new SessionUse(
            KEY,
            it.idleTimeout(),
            streamsCount,
            grace,
            suspended,
            lastActive,
            lastConnected,
            released,
            true,
            it.activeSince(),
            Long.toString(++version));
    stored = changed;
    listeners.forEach(listener -> listener.accept(KEY));
    return changed;
  }

  @Override
  public Optional<SessionUse> find(SessionKey session) {
    return Optional.ofNullable(stored);
  }

  @Override
  public void listen(Consumer<SessionKey> changed) {
    listeners.add(changed);
  }

  @Override
  public CompletionStage<Written> writeLastActive(SessionUse seen, Instant at) {
    return answer(
        () -> {
          SessionUse it = now();
          if (!Objects.equals(it.lastActive(), seen.lastActive())) {
            return new Written.Changed(it);
          }
          writes.add(new Write(time.instant(), "lastActive", at));
          return new Written.Stored(
              change(
                  it,
                  it.streamsCount(),
                  it.releaseGrace(),
                  it.suspended(),
                  AnnotatedTime.of(at.toString()),
                  it.lastConnected(),
                  it.released()));
        });
  }

  @Override
  public CompletionStage<Written> writeLastConnected(SessionUse seen, Instant at) {
    return answer(
        () -> {
          SessionUse it = now();
          if (seen.lastConnected() != null
              && !Objects.equals(it.lastConnected(), seen.lastConnected())) {
            return new Written.Changed(it);
          }
          writes.add(new Write(time.instant(), "lastConnected", at));
          return new Written.Stored(
              change(
                  it,
                  it.streamsCount(),
                  it.releaseGrace(),
                  it.suspended(),
                  it.lastActive(),
                  AnnotatedTime.of(at.toString()),
                  it.released()));
        });
  }

  @Override
  public CompletionStage<Written> writeReleased(SessionUse seen, Instant at) {
    attempts++;
    return answer(
        () -> {
          SessionUse it = now();
          if (!it.resourceVersion().equals(seen.resourceVersion())) {
            return new Written.Changed(it);
          }
          writes.add(new Write(time.instant(), "released", at));
          return new Written.Stored(
              change(
                  it,
                  it.streamsCount(),
                  it.releaseGrace(),
                  it.suspended(),
                  it.lastActive(),
                  it.lastConnected(),
                  AnnotatedTime.of(at.toString())));
        });
  }

  /** A third of the delay there, the rest back. */
  private CompletionStage<Written> answer(Supplier<Written> request) {
    if (away) {
      return CompletableFuture.completedFuture(
          new Written.Failed(
              new Demand.NotServed(Demand.Cause.API_AWAY, "away", Optional.empty())));
    }
    if (delay.isZero()) {
      return CompletableFuture.completedFuture(stored == null ? new Written.Gone() : request.get());
    }
    CompletableFuture<Written> answer = new CompletableFuture<>();
    Duration there = delay.dividedBy(3);
    timer.schedule(
        there,
        () -> {
          Written written = stored == null ? new Written.Gone() : request.get();
          timer.schedule(delay.minus(there), () -> answer.complete(written));
        });
    return answer;
  }

  List<Instant> values(String annotation) {
    return writes.stream()
        .filter(it -> it.annotation.equals(annotation))
        .map(Write::value)
        .toList();
  }

  List<Instant> times(String annotation) {
    return writes.stream().filter(it -> it.annotation.equals(annotation)).map(Write::at).toList();
  }
}
