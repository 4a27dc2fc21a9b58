package dev.mcpsession.reconcile.token;

import dev.mcpsession.api.SessionKey;
import dev.mcpsession.api.TokenSpec;
import dev.mcpsession.metrics.SessionMetrics;
import dev.mcpsession.plan.observed.TokenCall;
import dev.mcpsession.plan.timing.RenewalPolicy;
import dev.mcpsession.reconcile.memory.TokenCallState;
import dev.mcpsession.token.Token;
import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.TokenInfo;
import dev.mcpsession.token.TokenSource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls token sources in the background, and reports when one has answered. */
public final class TokenCalls {
  private static final Logger log = LoggerFactory.getLogger(TokenCalls.class);

  private final TokenSources sources;
  private final Executor executor;
  private final InstantSource clock;
  private final SessionMetrics metrics;
  private final Consumer<SessionKey> answered;

  /**
   * @param executor runs each call on a thread of its own; calls block
   * @param answered called for each call that ended while it was still awaited
   */
  public TokenCalls(
      TokenSources sources,
      Executor executor,
      InstantSource clock,
      SessionMetrics metrics,
      Consumer<SessionKey> answered) {
    this.sources = sources;
    this.executor = executor;
    this.clock = clock;
    this.metrics = metrics;
    this.answered = answered;
  }

  /** Identifies the source; a result is useless once the spec selects another. */
  public static String hash(TokenSpec spec) {
    return Integer.toHexString(spec.hashCode());
  }

  /**
   * Begins a call; its result lands in the state, unless the session is gone by then.
   *
   * @param inputs the inputs that the token is for, kept in case the call gives no usable token
   */
  public void begin(SessionKey session, TokenSpec spec, String inputs, TokenCallState state) {
    Instant since = clock.instant();
    long number = state.begin(new TokenCall.InFlight(since), hash(spec));
    executor.execute(() -> call(session, spec, inputs, state, number));
  }

  /**
   * Whether the grant of a session is still the one that the issuer rejected; blocks for one
   * request to the API server.
   *
   * @throws TokenFailure FAILED if it could not be asked
   */
  public boolean isStillRejected(SessionKey session, TokenSpec spec) throws TokenFailure {
    return sources.isStillRejected(session.namespace(), spec);
  }

  /** By the planner's rule: a session with this token would not renew it now. */
  private boolean willDo(TokenInfo held, SessionKey session, TokenSpec spec) {
    Instant now = clock.instant();
    return !held.isExpired(now)
        && !RenewalPolicy.isDue(held, spec.renewBefore(), session.uid(), now);
  }

  private void call(
      SessionKey session, TokenSpec spec, String inputs, TokenCallState state, long number) {
    TokenCall result;
    Token token = null;
    try {
      Instant began = clock.instant();
      boolean success = false;
      try {
        token =
            sources
                .of(spec)
                .issue(
                    new TokenSource.Request(
                        session.namespace(),
                        session.name(),
                        session.uid(),
                        spec,
                        held -> willDo(held, session, spec)));
        success = true;
      } finally {
        metrics.tokenIssued(spec.sourceName(), success, Duration.between(began, clock.instant()));
      }
      result = new TokenCall.Issued(token.info());
    } catch (TokenFailure failure) {
      result = new TokenCall.Failed(failure.kind(), failure.getMessage(), failure.retryAfter());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    } catch (RuntimeException e) {
      // The class alone: a library's message may repeat what it was given.
      log.warn(
          "session {}: token source {} failed with {}",
          session,
          spec.sourceName(),
          e.getClass().getName());
      String words =
          "the "
              + spec.sourceName()
              + " source failed with "
              + e.getClass().getSimpleName()
              + "; tried again";
      result = new TokenCall.Failed(TokenFailure.Kind.FAILED, words, null);
    }
    if (state.finish(number, result, token, inputs)) {
      answered.accept(session);
    }
  }
}
