package dev.mcpsession.plan;

import dev.mcpsession.VirtualTime;
import dev.mcpsession.token.EndpointCalls;
import dev.mcpsession.token.Token;
import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.TokenInfo;
import dev.mcpsession.token.TokenSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * An issuer behind the real {@link EndpointCalls}. Each call is a thread that blocks there, and
 * then until virtual time reaches its response; only the simulation advances that time.
 */
final class VirtualIssuer implements TokenSource, Executor {
  private static final String NAME = "https://git.example/token";

  private final VirtualTime time;
  private final Duration life;
  private final Behaviour behaviour;
  private final EndpointCalls calls;
  private final int atATime;

  private final List<Instant> arrivals = new ArrayList<>();
  private final List<Answer> due = new ArrayList<>();
  private final Set<Thread> ending = new HashSet<>();
  private int running;
  private int inFlight;
  private int mostInFlight;

  /** Decides how a call ends, by the instant at which it arrives. */
  @FunctionalInterface
  interface Behaviour {
    Fate at(Instant arrival);
  }

  /**
   * How one call ends.
   *
   * @param takes time until the response
   * @param failure null for a token
   */
  record Fate(Duration takes, @Nullable TokenFailure failure) {
    static Fate token(Duration takes) {
      return new Fate(takes, null);
    }

    static Fate failure(Duration takes, @Nullable Duration retryAfter) {
      return new Fate(
          takes, new TokenFailure(TokenFailure.Kind.UNAVAILABLE, "out of order", retryAfter));
    }
  }

  /** A response on its way to a call's thread. */
  record Answer(Instant at, Thread call, CountDownLatch arrived) {}

  /**
   * @param life lifetime of a token
   * @param calls let so many calls through at a time
   */
  VirtualIssuer(
      VirtualTime time, Duration life, EndpointCalls calls, int atATime, Behaviour behaviour) {
    this.time = time;
    this.life = life;
    this.behaviour = behaviour;
    this.calls = calls;
    this.atATime = atATime;
  }

  /** Begins a call, queued behind all earlier ones. */
  @Override
  public void execute(Runnable task) {
    synchronized (this) {
      running++;
    }
    Thread call =
        Thread.startVirtualThread(
            () -> {
              task.run();
              synchronized (this) {
                running--;
                ending.remove(Thread.currentThread());
                notifyAll();
              }
            });
    while (call.getState() != Thread.State.WAITING && call.isAlive()) {
      LockSupport.parkNanos(1_000); // until it is queued or sent: calls keep their order
    }
  }

  @Override
  public Token issue(Request request) throws TokenFailure, InterruptedException {
    return calls.call(NAME, request.wanted(), this::exchange);
  }

  private Token exchange() throws TokenFailure, InterruptedException {
    Instant now = time.instant();
    Fate fate = behaviour.at(now);
    Answer answer =
        new Answer(now.plus(fate.takes()), Thread.currentThread(), new CountDownLatch(1));
    synchronized (this) {
      arrivals.add(now);
      inFlight++;
      mostInFlight = Math.max(mostInFlight, inFlight);
      due.add(answer);
      notifyAll();
    }
    answer.arrived().await();
    if (fate.failure() != null) {
      throw fate.failure();
    }
    return new Token("token", new TokenInfo(now, answer.at().plus(life), null));
  }

  /** The responses on their way that were not taken yet. */
  synchronized List<Answer> takeAnswers() {
    List<Answer> taken = List.copyOf(due);
    due.clear();
    return taken;
  }

  /** Delivers a response, and waits until nothing more happens at this instant. */
  void deliver(Answer answer) throws InterruptedException {
    synchronized (this) {
      inFlight--;
      ending.add(answer.call());
    }
    answer.arrived().countDown();
    settle();
  }

  /** Waits until as many calls are sent as the limits let through. */
  synchronized void settle() throws InterruptedException {
    long patience = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!ending.isEmpty() || inFlight != Math.min(running, atATime)) {
      if (System.nanoTime() > patience) {
        throw new AssertionError(inFlight + " calls go on, " + running + " were asked for");
      }
      wait(100);
    }
  }

  /** When each call that was let through was sent. */
  synchronized List<Instant> arrivals() {
    return List.copyOf(arrivals);
  }

  synchronized int mostInFlight() {
    return mostInFlight;
  }
}
