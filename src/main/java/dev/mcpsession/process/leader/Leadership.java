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
 * Leads while it holds a Lease. Differs from the client's elector, which compares the Lease's times
 * with this machine's wall clock, where it must not fail:
 *
 * <ul>
 *   <li>All deadlines are monotonic time of this process. A standby counts the lease duration from
 *       when it saw the last renewal (as Kubernetes' own components do), so that neither a step of
 *       the clock nor two clocks that disagree make a second leader.
 *   <li>The gate asks the time, not a flag. A process that was stopped for a while finds it closed
 *       before it has noticed anything.
 *   <li>An API server that is away deposes nobody: the gate closes at the renew deadline, and opens
 *       again if the Lease turns out to be as we left it, in which case nobody else has led.
 * </ul>
 */
public final class Leadership implements WriteGate, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Leadership.class);

  /** What happens to the process; called by the thread that keeps the Lease, so not for long. */
  public interface Listener {
    /** This process leads: at the first time, and each time the gate has opened again. */
    void leading();

    /** Somebody else may lead; the gate is closed for good. */
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

  /** Held during a look at the Lease, so that it is not renewed after it was released. */
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

  /** Contends for the Lease from now on. */
  public void start() {
    thread.start();
  }

  /** Whether this process leads and renewed the Lease within the renew deadline. */
  @Override
  public boolean isOpen() {
    return leading && !ended && sinceRenewal().compareTo(timing.renewDeadline()) < 0;
  }

  /** Holds the Lease as far as it knows; even then the gate may be closed. */
  public boolean isLeading() {
    return leading;
  }

  /** Since the last renewal was sent; meaningless while not leading. */
  public Duration sinceRenewal() {
    return Duration.ofNanos(nanoTime.getAsLong() - lastRenewal);
  }

  /** As last seen. */
  public Optional<String> holder() {
    return Optional.ofNullable(holder);
  }

  private void run() {
    while (!ended) {
      look();
      // A standby looks a little earlier than it may, so that replicas do not look all at once.
      double part = leading ? 1 : 0.8 + 0.2 * Math.random();
      LockSupport.parkNanos((long) (timing.retryPeriod().toNanos() * part));
    }
  }

  /** One look at the Lease, with what follows from it. */
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
      // Somebody wrote, or our own write came through although its answer was lost.
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
   * The Lease is ours.
   *
   * @param sent when the write that took or renewed it was sent: others count from no earlier
   *     moment
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
   * Closes the gate, then gives the Lease back, so that a standby need not wait for its end. Takes
   * up to the timeout of two calls.
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
