package dev.mcpsession.load;

import dev.mcpsession.replicas.InService;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Calls of many users, each of whom calls a tool with an effect at a steady rate, whether the calls
 * before have been answered or not.
 */
public final class Load implements AutoCloseable {
  /** The gateway's limit of a user in a replica is 64. */
  private static final int MOST_AT_A_TIME = 60;

  private static final int TRIES_TO_BEGIN = 60;
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final InService replicas;
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final String unique = UUID.randomUUID().toString().substring(0, 8);
  private final List<Caller> callers;
  private final Queue<LoadCall> ended = new ConcurrentLinkedQueue<>();
  private final Map<String, CompletableFuture<?>> underWay = new ConcurrentHashMap<>();
  private final AtomicLong heldBack = new AtomicLong();

  private Load(InService replicas, List<LoadUser> users) {
    this.replicas = replicas;
    callers = users.stream().map(Caller::new).toList();
  }

  /**
   * Has each user's client begin, so that its session is there; returns when all have. They may be
   * used by one load after the other.
   */
  public static void begin(InService replicas, List<LoadUser> users)
      throws InterruptedException, ExecutionException, TimeoutException {
    CompletableFuture.allOf(
            users.stream()
                .map(user -> begin(replicas, user, TRIES_TO_BEGIN))
                .toArray(CompletableFuture[]::new))
        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /** New sessions a second are limited: whoever is not let in comes back. */
  private static CompletableFuture<Void> begin(InService replicas, LoadUser user, int tries) {
    return user.begin(replicas)
        .thenCompose(
            outcome -> {
              if (outcome.error() == null) {
                return CompletableFuture.completedFuture(null);
              } else if (tries == 1) {
                return CompletableFuture.failedFuture(
                    new AssertionError(user.name() + " is not let in: " + outcome.error()));
              }
              return CompletableFuture.runAsync(
                      () -> {}, CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS))
                  .thenCompose(later -> begin(replicas, user, tries - 1));
            });
  }

  /** Goes on until it is stopped. The users have begun. */
  public static Load start(InService replicas, List<LoadUser> users, int callsPerSecond) {
    Load load = new Load(replicas, users);
    long period = TimeUnit.SECONDS.toMicros(1) / callsPerSecond;
    for (int i = 0; i < load.callers.size(); i++) {
      long offset = period * i / load.callers.size();
      var unused =
          load.clock.scheduleAtFixedRate(
              load.callers.get(i)::call, offset, period, TimeUnit.MICROSECONDS);
    }
    return load;
  }

  /** How many there are. */
  public int users() {
    return callers.size();
  }

  /** Until now; what is under way is left out. */
  public LoadReport soFar() {
    int changed = callers.stream().mapToInt(it -> it.user.changedIds() - it.changedBefore).sum();
    return new LoadReport(List.copyOf(ended), changed, heldBack.get());
  }

  /** Begins no more calls, and waits for those under way. */
  public LoadReport stop() throws InterruptedException, ExecutionException, TimeoutException {
    clock.shutdown();
    if (!clock.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new TimeoutException("A call is still being begun");
    }
    CompletableFuture.allOf(underWay.values().toArray(CompletableFuture[]::new))
        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    return soFar();
  }

  /** What is under way is let go on; {@link #stop} waits for it. */
  @Override
  public void close() {
    clock.shutdownNow();
  }

  /** Calls are begun by one thread. */
  private final class Caller {
    private final LoadUser user;
    private final int changedBefore;
    private final AtomicInteger atATime = new AtomicInteger();
    private int number;

    private Caller(LoadUser user) {
      this.user = user;
      changedBefore = user.changedIds();
    }

    private void call() {
      if (atATime.incrementAndGet() > MOST_AT_A_TIME) {
        atATime.decrementAndGet();
        heldBack.incrementAndGet();
        return;
      }
      String key = unique + "-" + user.name() + "-" + ++number;
      Instant begun = Instant.now();
      long start = System.nanoTime();
      CompletableFuture<Void> done = new CompletableFuture<>();
      underWay.put(key, done);
      var unused =
          user.count(replicas, key)
              .whenComplete(
                  (outcome, never) -> {
                    Duration took = Duration.ofNanos(System.nanoTime() - start);
                    ended.add(
                        new LoadCall(key, user, outcome.replica(), begun, took, outcome.error()));
                    atATime.decrementAndGet();
                    underWay.remove(key);
                    done.complete(null);
                  });
    }
  }
}
