package dev.mcpsession.signin;

import dev.mcpsession.metrics.DescribedMeters;
import dev.mcpsession.signin.identity.OAuthErrorCode;
import dev.mcpsession.signin.identity.SignInEvents;
import dev.mcpsession.token.oauth.IssuerCalls;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Counts and measures what sign-in does; {@link SignInMeter} describes each meter. Thread-safe.
 *
 * <p>All counters start at 0, because Prometheus' {@code increase} does not see the step from
 * "absent" to 1.
 */
final class SignInMetrics implements SignInEvents, IssuerCalls {
  /** Sign-in asks nobody whether a token is good. */
  private static final Set<Endpoint> ENDPOINTS =
      EnumSet.complementOf(EnumSet.of(Endpoint.introspection));

  private final DescribedMeters meters;

  /**
   * Registers the meters.
   *
   * @param open number of sign-ins that have not ended
   * @param keyAge of the key that signs; empty: there is none yet
   */
  SignInMetrics(MeterRegistry registry, LongSupplier open, Supplier<Optional<Duration>> keyAge) {
    meters = new DescribedMeters(registry);
    for (Identity identity : Identity.values()) {
      for (SignInEvents.Outcome outcome : SignInEvents.Outcome.values()) {
        meters.counter(SignInMeter.VISITS, identity.name(), outcome.name());
      }
    }
    for (Kind kind : Kind.values()) {
      meters.counter(SignInMeter.REUSES, kind.name());
      for (Exchange outcome : Exchange.values()) {
        meters.counter(SignInMeter.EXCHANGES, kind.name(), outcome.name());
      }
    }
    for (Place place : Place.values()) {
      for (OAuthErrorCode reason : OAuthErrorCode.values()) {
        meters.counter(SignInMeter.REFUSALS, place.name(), reason.name());
      }
    }
    for (Endpoint endpoint : ENDPOINTS) {
      meters.timer(SignInMeter.PROVIDER_CALL_DURATION, endpoint.name());
      for (IssuerCalls.Outcome outcome : IssuerCalls.Outcome.values()) {
        meters.counter(SignInMeter.PROVIDER_CALLS, endpoint.name(), outcome.name());
      }
    }
    meters.gauge(SignInMeter.OPEN, open::getAsLong);
    meters.gauge(
        SignInMeter.KEY_AGE,
        () -> keyAge.get().map(age -> (double) age.toSeconds()).orElse(Double.NaN));
  }

  @Override
  public void exchanged(Kind kind, Exchange outcome) {
    meters.counter(SignInMeter.EXCHANGES, kind.name(), outcome.name()).increment();
  }

  @Override
  public void reused(Kind kind) {
    meters.counter(SignInMeter.REUSES, kind.name()).increment();
  }

  @Override
  public void refused(Place place, OAuthErrorCode reason) {
    meters.counter(SignInMeter.REFUSALS, place.name(), reason.name()).increment();
  }

  @Override
  public void visited(Identity identity, SignInEvents.Outcome outcome) {
    meters.counter(SignInMeter.VISITS, identity.name(), outcome.name()).increment();
  }

  @Override
  public void called(Endpoint endpoint, IssuerCalls.Outcome outcome, Duration duration) {
    meters.counter(SignInMeter.PROVIDER_CALLS, endpoint.name(), outcome.name()).increment();
    DescribedMeters.record(
        meters.timer(SignInMeter.PROVIDER_CALL_DURATION, endpoint.name()), duration);
  }
}
