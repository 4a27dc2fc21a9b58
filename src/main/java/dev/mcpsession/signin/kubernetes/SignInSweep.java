package dev.mcpsession.signin.kubernetes;

import dev.mcpsession.signin.identity.SignIn;
import dev.mcpsession.signin.identity.SignInLimits;
import dev.mcpsession.signin.identity.SignInLimits.Verdict;
import dev.mcpsession.signin.identity.StoreException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes sign-ins that are over. Every replica does it, each at its own times, so that what one
 * has removed another seldom tries as well.
 */
public final class SignInSweep implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SignInSweep.class);

  /** How often one replica looks, more or less by a half. */
  private static final Duration EVERY = Duration.ofMinutes(2);

  /** As many requests at most each time. */
  private static final int AT_A_TIME = 500;

  private final Stored signIns;
  private final SignInLimits limits;
  private final InstantSource clock;
  private final ScheduledThreadPoolExecutor thread;

  /** What is swept. */
  interface Stored {
    /** All that are known, ended or not. */
    List<SignIn> all();

    /**
     * Deletes the Secret that a sign-in was read from; blocks.
     *
     * @param onlyUnchanged whether only if nobody has changed it since
     * @return false: it is another one by now, or was changed
     */
    boolean delete(SignIn signIn, boolean onlyUnchanged) throws StoreException;
  }

  SignInSweep(
      Stored signIns,
      SignInLimits limits,
      InstantSource clock,
      ScheduledThreadPoolExecutor thread) {
    this.signIns = signIns;
    this.limits = limits;
    this.clock = clock;
    this.thread = thread;
  }

  /** Sweeps until it is closed. */
  public static SignInSweep start(SecretSignIns signIns, SignInLimits limits, InstantSource clock) {
    SignInSweep sweep =
        new SignInSweep(
            signIns.stored(),
            limits,
            clock,
            new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("sign-in-sweep").daemon().factory()));
    sweep.schedule();
    return sweep;
  }

  /** Sweeps from now on, with a pause after each time. */
  void schedule() {
    long middle = EVERY.toMillis();
    long delay = ThreadLocalRandom.current().nextLong(middle / 2, middle * 3 / 2);
    var unused = thread.scheduleWithFixedDelay(this::trySweep, delay, delay, TimeUnit.MILLISECONDS);
  }

  private void trySweep() {
    try {
      sweep();
    } catch (RuntimeException e) {
      log.error("Sign-ins that are over could not be removed; tried again", e);
    }
  }

  /**
   * Removes what is over now, but for what is used meanwhile.
   *
   * @return how many were removed
   */
  int sweep() {
    int removed = 0;
    int requests = 0;
    for (SignIn signIn : signIns.all()) {
      if (limits.at(signIn, clock.instant()) == Verdict.KEEP) {
        continue;
      }
      if (++requests > AT_A_TIME) {
        log.info("More than {} sign-ins are over; the others are removed later", AT_A_TIME);
        break;
      }
      try {
        removed += signIns.delete(signIn, true) ? 1 : 0;
      } catch (StoreException e) {
        log.warn("A sign-in that is over stays for now: {}", e.getMessage());
        if (e.isAway()) {
          break;
        }
      }
    }
    return removed;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
