package dev.mcpsession.plan.assess;

import dev.mcpsession.api.Reason;
import dev.mcpsession.api.TokenSpec;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.observed.ObservedPod;
import dev.mcpsession.plan.observed.TokenCall;
import dev.mcpsession.plan.timing.RenewalPolicy;
import dev.mcpsession.resources.Inputs;
import dev.mcpsession.token.SourceState;
import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.TokenInfo;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Whether a token is needed, and whether the obtained one is usable. */
public final class TokenDemand {
  /** A call that takes longer is reported to users. */
  static final Duration SLOW = Duration.ofSeconds(2);

  private final Observation seen;
  private final Inputs wanted;
  private final Instant now;
  private final @Nullable TokenSpec spec;
  private final String uid;

  TokenDemand(Observation seen, Inputs wanted, Instant now) {
    this.seen = seen;
    this.wanted = wanted;
    this.now = now;
    this.spec = seen.session().spec().token();
    this.uid = seen.session().uid();
  }

  /**
   * Whether a Pod's token has to be replaced.
   *
   * @param wakeAt when it will have to be, by time; null if it has to be already, or never will
   */
  public record TokenDue(boolean due, @Nullable Instant wakeAt) {
    static final TokenDue NEVER = new TokenDue(false, null);
  }

  /** How a token can be supplied now. */
  public sealed interface Supply {
    /** The obtained token is usable, or none is needed. */
    record Ready() implements Supply {}

    /**
     * The source has to be called.
     *
     * @param stored revision whose Secret may hold a token already; null if none can
     * @param inputs that the token is for
     */
    record Ask(@Nullable Integer stored, String inputs) implements Supply {}

    /** The call is in flight; from {@code slowAt} on it is {@code slow} and reported to users. */
    record Asked(boolean slow, Instant slowAt) implements Supply {}

    /** The call waits for its endpoint, and goes on by itself. */
    record Delayed(String message) implements Supply {}

    /** There is no usable token; the reason is one of TokenValid. */
    record Refused(Reason reason, String message) implements Supply {}
  }

  /** Due when the source holds another token, or by time. */
  TokenDue renewalOf(ObservedPod pod) {
    if (spec == null || pod.token() == null) {
      return TokenDue.NEVER;
    }
    Instant at = RenewalPolicy.renewalTime(pod.token(), spec.renewBefore(), uid);
    boolean over = at != null && !now.isBefore(at);
    return new TokenDue(over || sourceMoved(pod.token()), over ? null : at);
  }

  /** Whether the source holds another token that has to replace this one. */
  boolean sourceMoved(TokenInfo token) {
    return seen.source().supersedes(token, now);
  }

  /**
   * The same of a Pod that serves. With Recreate, a token that was due already when the Pod began
   * to serve is used until it expires: the next start may take as long as this one, and would only
   * interrupt the session earlier.
   *
   * @param servingSince null if that is not known
   */
  TokenDue renewalOf(ObservedPod pod, @Nullable Instant servingSince) {
    TokenInfo token = pod.token();
    if (spec == null || token == null || !seen.session().spec().recreates() || sourceMoved(token)) {
      return renewalOf(pod);
    }
    Instant at = RenewalPolicy.renewalTime(token, spec.renewBefore(), uid);
    return at != null && servingSince != null && at.isBefore(servingSince)
        ? TokenDue.NEVER
        : renewalOf(pod);
  }

  /**
   * The supply for an attempt.
   *
   * @param stored revision whose Secret may exist already, after a crash; null if none can
   */
  public Supply forAttempt(@Nullable Integer stored) {
    if (spec == null) {
      return new Supply.Ready();
    }
    return switch (seen.memory().tokenCall()) {
      case TokenCall.None() -> ask(stored);
      case TokenCall.InFlight(Instant since) -> {
        Instant slowAt = since.plus(SLOW);
        yield new Supply.Asked(!now.isBefore(slowAt), slowAt);
      }
      case TokenCall.Waiting(String message) ->
          sourceChangedSinceFailure() ? ask(stored) : new Supply.Delayed(message);
      case TokenCall.Failed(var kind, var words, var retryAfter) ->
          new Supply.Refused(
              kind == TokenFailure.Kind.MISSING ? Reason.SourceMissing : Reason.RefreshFailed,
              words);
      case TokenCall.Issued(TokenInfo token) -> {
        if (token.isExpired(now)) {
          if (hasAged(token)) {
            yield ask(null);
          }
          yield new Supply.Refused(
              Reason.Expired,
              "the "
                  + spec.sourceName()
                  + " source holds a token that expired at "
                  + token.expiresAt());
        }
        if (sourceMoved(token)) {
          yield ask(null);
        }
        if (isDueFromTheStart(token)) {
          yield refuse(token, ", which is due for renewal already");
        }
        yield isTooOld(token) ? ask(null) : new Supply.Ready();
      }
    };
  }

  /**
   * The supply for a replacement that is due only for its token.
   *
   * @param serving Pod whose token is replaced; null if nothing serves, so that any valid token is
   *     better
   */
  public Supply forRenewal(@Nullable ObservedPod serving) {
    if (spec == null
        || !(seen.memory().tokenCall() instanceof TokenCall.Issued(TokenInfo token))
        || token.isExpired(now)) {
      return forAttempt(null);
    }
    TokenInfo old = serving == null ? null : serving.token();
    if (old == null || sourceMoved(old)) {
      return forAttempt(null);
    }
    boolean later =
        token.expiresAt() == null
            || (old.expiresAt() != null && token.expiresAt().isAfter(old.expiresAt()));
    if (!later || isTooOld(token)) {
      return refuse(
          token,
          later ? ", which is due for renewal already" : ", no later than the one that serves");
    }
    return new Supply.Ready();
  }

  /** Whether a call is in flight, or its result is unused. */
  public boolean hasCall() {
    return !(seen.memory().tokenCall() instanceof TokenCall.None);
  }

  /** Whether the obtained token has expired or is due for renewal. */
  public boolean isTooOldInHand() {
    return seen.memory().tokenCall() instanceof TokenCall.Issued(TokenInfo token)
        && isTooOld(token);
  }

  /** Whether it expired in hand, while the session waited until its old Pod was gone. */
  private boolean hasAged(TokenInfo token) {
    return seen.session().spec().recreates() && !token.isExpired(token.obtainedAt());
  }

  /** Whether it was due for renewal when it was issued: another call would return one like it. */
  private boolean isDueFromTheStart(TokenInfo token) {
    return spec != null && RenewalPolicy.isDue(token, spec.renewBefore(), uid, token.obtainedAt());
  }

  private boolean isTooOld(TokenInfo token) {
    return spec != null && RenewalPolicy.isDue(token, spec.renewBefore(), uid, now);
  }

  /** Whether an early retry makes sense: the inputs have changed since the failed call. */
  public boolean inputsChangedSinceFailure() {
    Long planned =
        seen.session().status() == null ? null : seen.session().status().observedGeneration();
    return sourceChangedSinceFailure()
        || (planned != null && planned < seen.session().generation());
  }

  /** Whether the failed call's inputs have changed, or the source holds a new token by now. */
  public boolean sourceChangedSinceFailure() {
    String failed = seen.memory().tokenCallInputs();
    return failed != null && !failed.equals(callInputs());
  }

  /**
   * Inputs of a call, with the token that the source holds: another session's renewal may end the
   * wait after a failure.
   */
  private String callInputs() {
    return seen.source() instanceof SourceState.OnDemand onDemand && onDemand.held() != null
        ? wanted.hash() + "-" + onDemand.held().version()
        : wanted.hash();
  }

  /** How many calls in a row gave no usable token; at least 1. */
  public int fruitlessCalls() {
    return Math.max(1, seen.memory().fruitlessTokenCalls());
  }

  /** Delay that the issuer asked for; null if it did not. */
  public @Nullable Duration retryAfter() {
    return seen.memory().tokenCall() instanceof TokenCall.Failed failed
        ? failed.retryAfter()
        : null;
  }

  private Supply ask(@Nullable Integer stored) {
    return new Supply.Ask(stored, callInputs());
  }

  private Supply refuse(TokenInfo token, String why) {
    return new Supply.Refused(
        Reason.RefreshFailed,
        "the "
            + (spec == null ? "" : spec.sourceName())
            + " source gives a token that expires at "
            + token.expiresAt()
            + why);
  }
}
