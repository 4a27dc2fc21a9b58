package dev.mcpsession.plan;

import dev.mcpsession.VirtualTime;
import dev.mcpsession.plan.observed.TokenCall;
import dev.mcpsession.token.CallLimits;
import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.TokenInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An issuer behind the real {@link CallLimits}. Each call is a thread that blocks there, and then
 * until virtual time reaches its response; only the simulation advances that time.
 */
final class VirtualIssuer {
  private static final String NAME = "https://git.example/token";

  private final VirtualTime time;
  private final Duration life;
  private final Behaviour behaviour;
  private final CallLimits limits;
  private final int atATime;

  private final List<Instant> arrivals = new ArrayList<>();
  private final List<Answer> due = new ArrayList<>();
  private int asked;
  private int ended;
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
          takes, new TokenFailure(TokenFailure.Kind.FAILED, "out of order", retryAfter));
    }
  }

  /** A response on its way. */
  record Answer(Instant at, CountDownLatch arrived) {}

  /**
   * @param life lifetime of a token
   * @param atATime as tokenEndpoints.maxConcurrentCalls
   */
  VirtualIssuer(VirtualTime time, Duration life, int atATime, Behaviour behaviour) {
    this.time = time;
    this.life = life;
    this.behaviour = behaviour;
    this.limits = new CallLimits(5 * atATime, atATime);
    this.atATime = atATime;
  }

  /**
   * Begins a call, queued behind all earlier ones.
   *
   * @param result called on the call's own thread
   */
  void call(Consumer<TokenCall> result) throws InterruptedException {
    synchronized (this) {
      asked++;
    }
    Thread call = Thread.startVirtualThread(() -> result.accept(resultOf()));
    while (call.getState() != Thread.State.WAITING && call.isAlive()) {
      LockSupport.parkNanos(1_000); // until it is queued or sent: calls keep their order
    }
    settle();
  }

  private TokenCall resultOf() {
    TokenCall result;
    try {
      result = new TokenCall.Issued(limits.call(NAME, this::exchange));
    } catch (TokenFailure failure) {
      result = new TokenCall.Failed(failure.kind(), failure.getMessage(), failure.retryAfter());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return result;
  }

  private TokenInfo exchange() throws TokenFailure, InterruptedException {
    Instant now = time.instant();
    Fate fate = behaviour.at(now);
    Answer answer = new Answer(now.plus(fate.takes()), new CountDownLatch(1));
    synchronized (this) {
      arrivals.add(now);
      inFlight++;
      mostInFlight = Math.max(mostInFlight, inFlight);
      due.add(answer);
      notifyAll();
    }
    answer.arrived().await();
    synchronized (this) {
      inFlight--;
      ended++;
    }
    if (fate.failure() != null) {
      throw fate.failure();
    }
    return new TokenInfo(now, answer.at().plus(life), null);
  }

  /** The responses on their way that were not taken yet. */
  synchronized List<Answer> takeAnswers() {
    List<Answer> taken = List.copyOf(due);
    due.clear();
    return taken;
  }

  /** Waits until as many calls are sent as the limits let through. */
  synchronized void settle() throws InterruptedException {
    long patience = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (inFlight < Math.min(asked - ended, atATime)) {
      if (System.nanoTime() > patience) {
        throw new AssertionError(inFlight + " calls go on, " + (asked - ended) + " were asked for");
      }
      wait(100);
    }
  }

  /** When each call that the limits let through was sent. */
  synchronized List<Instant> arrivals() {
    return List.copyOf(arrivals);
  }

  synchronized int mostInFlight() {
    return mostInFlight;
  }
}
