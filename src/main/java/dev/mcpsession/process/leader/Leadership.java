package dev.mcpsession.process.leader;

import dev.mcpsession.config.OperatorConfig.LeaderElection;
import dev.mcpsession.kube.ApiErrors;
import dev.mcpsession.kube.WriteGate;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Leads while it holds a Lease. Unlike the client's elector, which compares the Lease's times with
 * this machine's wall clock:
 *
 * <ul>
 *   <li>All deadlines are monotonic time of this process. A standby counts the lease duration from
 *       when it observed the last renewal (as Kubernetes' own components do), so that neither a
 *       step of the clock nor clock skew leads to a second leader.
 *   <li>The gate checks the time, not a flag. A process that was paused finds it closed before
 *       anything else has noticed the pause.
 *   <li>An unreachable API server deposes nobody: the gate closes at the renew deadline, and opens
 *       again if the Lease is unchanged, in which case nobody else has led.
 * </ul>
 */
public final class Leadership implements WriteGate, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Leadership.class);

  /** Called by the thread that renews the Lease, so it must return soon. */
  public interface Listener {
    /** This process leads; called at first, and each time the gate opens again. */
    void leading();

    /** Another process may lead; the gate is closed permanently. */
    void deposed(String why);

    /** The API server did not answer, or refused. */
    void failed(KubernetesClientException failure);
  }

  private final LeaseStore store;
  private final Identity identity;
  private final LeaderElection timing;
  private final LongSupplier nanoTime;
  private final LeaseRecords terms;
  private final Listener listener;
  private final Thread thread =
      Thread.ofPlatform().name("leadership").daemon().unstarted(this::run);

  /** Held while the Lease is checked, so that it is not renewed after it was released. */
  private final ReentrantLock looking = new ReentrantLock();

  private volatile boolean leading;
  private volatile boolean ended;
  private volatile long lastRenewal;
  private volatile @Nullable String holder;
  private boolean failing;
  private boolean lapsed;
  private @Nullable Lease lease;
  private long leaseSeen;

  public Leadership(
      LeaseStore store,
      Identity identity,
      LeaderElection timing,
      LongSupplier nanoTime,
      InstantSource clock,
      Listener listener) {
    this.store = store;
    this.identity = identity;
    this.timing = timing;
    this.nanoTime = nanoTime;
    terms = new LeaseRecords(identity, timing, clock);
    this.listener = listener;
  }

  /** Starts to contend for the Lease. */
  public void start() {
    thread.start();
  }

  /** Whether this process leads and renewed the Lease within the renew deadline. */
  @Override
  public boolean isOpen() {
    return leading && !ended && sinceRenewal().compareTo(timing.renewDeadline()) < 0;
  }

  /** Whether this process holds the Lease as far as it knows; even then the gate may be closed. */
  public boolean isLeading() {
    return leading;
  }

  /** Time since the last renewal was sent; meaningless while not leading. */
  public Duration sinceRenewal() {
    return Duration.ofNanos(nanoTime.getAsLong() - lastRenewal);
  }

  /** The holder as last observed. */
  public Optional<String> holder() {
    return Optional.ofNullable(holder);
  }

  /** Looks at the Lease without waiting for the next period. */
  public void lookNow() {
    LockSupport.unpark(thread);
  }

  private void run() {
    while (!ended) {
      look();
      // A standby checks a little early, so that replicas do not all check at once.
      double part = leading ? 1 : 0.8 + 0.2 * Math.random();
      LockSupport.parkNanos((long) (timing.retryPeriod().toNanos() * part));
    }
  }

  /** Checks the Lease once, and acts on the result. */
  void look() {
    looking.lock();
    try {
      if (ended) {
        return;
      }
      if (leading) {
        renew();
      } else {
        contend();
      }
      failing = false;
    } catch (KubernetesClientException e) {
      log.atLevel(failing ? Level.DEBUG : Level.WARN)
          .log("Could not hold or get the Lease {}: {}", store.describe(), ApiErrors.reason(e));
      failing = true;
      listener.failed(e);
    } catch (RuntimeException e) {
      log.error("Leader election went wrong and goes on", e);
    } finally {
      if (leading && !ended && !isOpen() && !lapsed) {
        lapsed = true;
        log.warn("Writes nothing until the Lease {} is renewed", store.describe());
      }
      looking.unlock();
    }
  }

  private void renew() {
    long sent = nanoTime.getAsLong();
    try {
      hold(sent, store.replace(terms.held(Objects.requireNonNull(lease))));
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT
          && e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        throw e;
      }
      // Another process wrote, or our own write succeeded although its answer was lost.
      Lease current = store.read();
      if (current != null && !terms.isOurs(current)) {
        leading = false;
        ended = true;
        listener.deposed(
            "the Lease " + store.describe() + " is held by " + named(LeaseRecords.holder(current)));
        return;
      }
      sent = nanoTime.getAsLong();
      Lease ours = terms.held(current);
      hold(sent, current == null ? store.create(ours) : store.replace(ours));
    }
  }

  private void contend() {
    Lease current = store.read();
    long now = nanoTime.getAsLong();
    if (current == null) {
      hold(now, store.create(terms.held(null)));
      return;
    }
    String currentHolder = LeaseRecords.holder(current);
    if (lease == null
        || !Objects.equals(LeaseRecords.version(lease), LeaseRecords.version(current))) {
      lease = current;
      leaseSeen = now;
    }
    if (!Objects.equals(holder, currentHolder)) {
      holder = currentHolder;
      log.info("The Lease {} is held by {}", store.describe(), named(currentHolder));
    }
    if (currentHolder == null
        || currentHolder.equals(identity.holder())
        || identity.succeeds(currentHolder)
        || now - leaseSeen >= terms.duration(current).toNanos()) {
      try {
        hold(now, store.replace(terms.held(current)));
      } catch (KubernetesClientException e) {
        if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
          throw e;
        }
        log.info("Another replica was quicker to take the Lease {}", store.describe());
      }
    }
  }

  /**
   * Records that this process holds the Lease.
   *
   * @param sent when the write that took or renewed it was sent: others count from then or later
   */
  private void hold(long sent, Lease written) {
    boolean opens = !isOpen();
    lease = written;
    holder = identity.holder();
    lastRenewal = sent;
    leading = true;
    lapsed = false;
    if (opens && !ended) {
      log.info("Leads, holding the Lease {} as {}", store.describe(), identity.holder());
      listener.leading();
    }
  }

  private static String named(@Nullable String holder) {
    return holder == null ? "nobody" : holder;
  }

  /**
   * Closes the gate, then releases the Lease, so that a standby need not wait until it expires.
   * Takes up to the timeout of two calls.
   */
  @Override
  public void close() {
    ended = true;
    LockSupport.unpark(thread);
    looking.lock();
    try {
      if (leading && lease != null) {
        leading = false;
        store.replace(terms.released(lease));
        log.info("Released the Lease {}", store.describe());
      }
    } catch (KubernetesClientException e) {
      log.warn("Could not release the Lease {}: {}", store.describe(), ApiErrors.reason(e));
    } finally {
      looking.unlock();
    }
  }
}
