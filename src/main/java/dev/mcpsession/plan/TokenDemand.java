package dev.mcpsession.plan;

import dev.mcpsession.api.Reason;
import dev.mcpsession.api.TokenSpec;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.observed.ObservedPod;
import dev.mcpsession.plan.observed.TokenCall;
import dev.mcpsession.plan.timing.RotationPolicy;
import dev.mcpsession.resources.Inputs;
import dev.mcpsession.token.SourceState;
import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.TokenInfo;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** When a token is needed, whether the one in hand will do, and what is said when there is none. */
final class TokenDemand {
  /** A call that takes longer is shown to users. */
  static final Duration SLOW = Duration.ofSeconds(2);

  /** How a need for a token stands after this plan. */
  enum Supply {
    READY,
    WAITING,
    FAILED
  }

  private final PlanBuilder draft;
  private final Observation seen;
  private final Inputs wanted;
  private final @Nullable TokenSpec spec;
  private boolean waiting;
  private boolean slow;
  private @Nullable Reason problem;
  private String message = "";

  TokenDemand(PlanBuilder draft, Inputs wanted) {
    this.draft = draft;
    this.seen = draft.seen;
    this.wanted = wanted;
    this.spec = seen.session().spec().token();
  }

  /** A token is wanted, and whether there will be one is not known yet. */
  boolean isWaiting() {
    return waiting;
  }

  boolean isSlow() {
    return slow;
  }

  /** The reason for TokenValid=False that came up in this plan; null without one. */
  @Nullable Reason problem() {
    return problem;
  }

  String message() {
    return message;
  }

  /**
   * Whether a Pod's token must be replaced: its source holds another one, or it is due for renewal.
   */
  boolean isReplacementDue(ObservedPod pod) {
    if (spec == null || pod.token() == null) {
      return false;
    }
    Instant renewal = renewalOf(pod);
    if (renewal != null && !draft.isDue(renewal)) {
      draft.wake(renewal);
    }
    return sourceMoved(pod.token()) || (renewal != null && draft.isDue(renewal));
  }

  private boolean sourceMoved(TokenInfo token) {
    return seen.source().supersedes(token, draft.now);
  }

  /** Null for a Pod whose token is never renewed by time. */
  @Nullable Instant renewalOf(ObservedPod pod) {
    return spec == null || pod.token() == null
        ? null
        : RotationPolicy.renewalTime(pod.token(), spec.renewBefore(), seen.session().uid());
  }

  /**
   * @param stored the revision whose Secret may exist already, after a crash; null when none can
   */
  Supply forAttempt(@Nullable Integer stored) {
    if (spec == null) {
      return Supply.READY;
    }
    return switch (seen.memory().tokenCall()) {
      case TokenCall.None() -> ask(stored);
      case TokenCall.InFlight(Instant since) -> await(since);
      case TokenCall.Failed(var kind, var words, var retryAfter) -> refuse(kind, words);
      case TokenCall.Issued(TokenInfo token) -> {
        if (token.isExpired(draft.now)) {
          yield expired(token);
        }
        if (sourceMoved(token)) {
          yield ask(null);
        }
        if (isDueFromTheStart(token)) {
          yield refuse(token, ", which is due for renewal already");
        }
        yield isTooOld(token) ? ask(null) : Supply.READY;
      }
    };
  }

  /** The token in hand has expired or is due for renewal. */
  boolean isTooOldInHand() {
    return seen.memory().tokenCall() instanceof TokenCall.Issued(TokenInfo token)
        && isTooOld(token);
  }

  /** Asking again at once would give another like it. */
  private boolean isDueFromTheStart(TokenInfo token) {
    return spec != null
        && RotationPolicy.isDue(
            token, spec.renewBefore(), seen.session().uid(), token.obtainedAt());
  }

  private boolean isTooOld(TokenInfo token) {
    return spec != null
        && RotationPolicy.isDue(token, spec.renewBefore(), seen.session().uid(), draft.now);
  }

  /**
   * @param serving whose token is to be replaced; null when nothing serves, so that any valid token
   *     is better
   */
  Supply forRenewal(@Nullable ObservedPod serving) {
    if (spec == null
        || !(seen.memory().tokenCall() instanceof TokenCall.Issued(TokenInfo token))
        || token.isExpired(draft.now)) {
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
    return Supply.READY;
  }

  /** Nothing is asked for any more: what is in hand was used, or is not needed. */
  void drop() {
    if (!(seen.memory().tokenCall() instanceof TokenCall.None)) {
      draft.after(new Action.ForgetToken());
    }
  }

  /**
   * Whether trying again early makes sense: what the failed call was made for is no longer what is
   * wanted.
   */
  boolean inputsChangedSinceFailure() {
    Long planned =
        seen.session().status() == null ? null : seen.session().status().observedGeneration();
    return sourceChangedSinceFailure()
        || (planned != null && planned < seen.session().generation());
  }

  /** As {@link #inputsChangedSinceFailure}, or the source holds a token by now that it did not. */
  boolean sourceChangedSinceFailure() {
    String failed = seen.memory().tokenCallInputs();
    return failed != null && !failed.equals(callInputs());
  }

  /** What a call is made for: another session's renewal may end the wait after a failure. */
  private String callInputs() {
    return seen.source() instanceof SourceState.OnDemand onDemand && onDemand.held() != null
        ? wanted.hash() + "-" + onDemand.held().version()
        : wanted.hash();
  }

  /** What the issuer asked for; null when it did not. */
  @Nullable Duration retryAfter() {
    return seen.memory().tokenCall() instanceof TokenCall.Failed failed
        ? failed.retryAfter()
        : null;
  }

  private Supply ask(@Nullable Integer stored) {
    draft.after(new Action.ObtainToken(stored, callInputs()));
    waiting = true;
    return Supply.WAITING;
  }

  private Supply await(Instant since) {
    Instant patience = since.plus(SLOW);
    waiting = true;
    slow = draft.isDue(patience);
    if (!slow) {
      draft.wake(patience);
    }
    return Supply.WAITING;
  }

  private Supply expired(TokenInfo token) {
    Supply supply =
        refuse(
            TokenFailure.Kind.FAILED,
            "the "
                + (spec == null ? "" : spec.sourceName())
                + " source holds a token that expired at "
                + token.expiresAt());
    problem = Reason.Expired;
    return supply;
  }

  private Supply refuse(TokenInfo token, String why) {
    return refuse(
        TokenFailure.Kind.FAILED,
        "the "
            + (spec == null ? "" : spec.sourceName())
            + " source gives a token that expires at "
            + token.expiresAt()
            + why);
  }

  private Supply refuse(TokenFailure.Kind kind, String words) {
    problem = kind == TokenFailure.Kind.MISSING ? Reason.SourceMissing : Reason.RefreshFailed;
    message = words;
    draft.after(new Action.Announce(new SessionEvent.TokenIssueFailed(words)));
    draft.after(new Action.ForgetToken());
    return Supply.FAILED;
  }
}
