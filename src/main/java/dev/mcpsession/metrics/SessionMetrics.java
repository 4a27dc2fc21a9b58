package dev.mcpsession.metrics;

import dev.mcpsession.api.Cause;
import dev.mcpsession.api.EvictionReason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Counts and measures events as they happen; {@link SessionMeter} describes each meter.
 * Thread-safe.
 *
 * <p>Counters with known label values start at 0, because Prometheus' {@code increase} does not see
 * the step from "absent" to 1.
 */
public final class SessionMetrics {
  private final DescribedMeters meters;

  public SessionMetrics(MeterRegistry registry) {
    this.meters = new DescribedMeters(registry);
    for (Cause cause : Cause.values()) {
      if (cause != Cause.START) {
        replacements(cause, true);
        replacements(cause, false);
        timer(SessionMeter.REPLACEMENT_DURATION, cause.label());
      }
    }
    for (EvictionReason reason : EvictionReason.values()) {
      counter(SessionMeter.EVICTIONS, reason.name());
    }
    counter(SessionMeter.BACKEND_EXITS);
    counter(SessionMeter.REVOCATIONS, outcome(true));
    counter(SessionMeter.REVOCATIONS, outcome(false));
    counter(SessionMeter.RECONCILE_ERRORS, kind(true));
    counter(SessionMeter.RECONCILE_ERRORS, kind(false));
    timer(SessionMeter.START_DURATION);
    timer(SessionMeter.EVICTION_LATENESS);
  }

  /** A first start or a resume led to a serving revision. */
  public void started(Duration duration) {
    record(timer(SessionMeter.START_DURATION), duration);
  }

  /**
   * A replacement ended.
   *
   * @param duration from its beginning until the new revision served; null if it failed, or if its
   *     beginning is no longer known
   */
  public void replaced(Cause cause, boolean success, @Nullable Duration duration) {
    replacements(cause, success).increment();
    if (success && duration != null) {
      record(timer(SessionMeter.REPLACEMENT_DURATION, cause.label()), duration);
    }
  }

  /**
   * A call to a token source ended.
   *
   * @param source the source's field name in the spec
   */
  public void tokenIssued(String source, boolean success, Duration duration) {
    Counter succeeded = counter(SessionMeter.TOKEN_ISSUES, source, outcome(true));
    Counter failed = counter(SessionMeter.TOKEN_ISSUES, source, outcome(false));
    (success ? succeeded : failed).increment();
    record(timer(SessionMeter.TOKEN_ISSUE_DURATION, source), duration);
  }

  /**
   * A request to an authorization server ended.
   *
   * @param endpoint token, introspection or revocation
   * @param outcome success, rejected, misconfigured or unavailable
   */
  public void issuerCalled(String endpoint, String outcome, Duration duration) {
    counter(SessionMeter.ISSUER_CALLS, endpoint, outcome).increment();
    record(timer(SessionMeter.ISSUER_CALL_DURATION, endpoint), duration);
  }

  /**
   * A session was evicted.
   *
   * @param lateness time since the eviction was due
   */
  public void evicted(EvictionReason reason, Duration lateness) {
    counter(SessionMeter.EVICTIONS, reason.name()).increment();
    record(timer(SessionMeter.EVICTION_LATENESS), lateness);
  }

  /** A serving backend exited or disappeared without being stopped by the operator. */
  public void backendExited() {
    counter(SessionMeter.BACKEND_EXITS).increment();
  }

  /**
   * The tokens of an ended session were revoked, or one of them could not be.
   *
   * @param success whether none of its tokens is valid any more
   */
  public void revoked(boolean success) {
    counter(SessionMeter.REVOCATIONS, outcome(success)).increment();
  }

  /**
   * A reconcile failed.
   *
   * @param internal whether it is a bug in the operator; else the API server refused or did not
   *     answer
   */
  public void reconcileFailed(boolean internal) {
    counter(SessionMeter.RECONCILE_ERRORS, kind(internal)).increment();
  }

  private Counter replacements(Cause cause, boolean success) {
    return counter(SessionMeter.REPLACEMENTS, cause.label(), outcome(success));
  }

  private static String kind(boolean internal) {
    return internal ? "internal" : "api";
  }

  private static String outcome(boolean success) {
    return success ? "success" : "failure";
  }

  private Counter counter(SessionMeter meter, String... labelValues) {
    return meters.counter(meter, labelValues);
  }

  private Timer timer(SessionMeter meter, String... labelValues) {
    return meters.timer(meter, labelValues);
  }

  private static void record(Timer timer, Duration duration) {
    DescribedMeters.record(timer, duration);
  }
}
