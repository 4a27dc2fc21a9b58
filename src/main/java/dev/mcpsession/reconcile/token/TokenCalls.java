package dev.mcpsession.reconcile.token;

import dev.mcpsession.api.SessionKey;
import dev.mcpsession.api.TokenSpec;
import dev.mcpsession.metrics.SessionMetrics;
import dev.mcpsession.plan.observed.TokenCall;
import dev.mcpsession.plan.timing.RenewalPolicy;
import dev.mcpsession.reconcile.memory.TokenCallState;
import dev.mcpsession.token.Outages;
import dev.mcpsession.token.Token;
import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.TokenInfo;
import dev.mcpsession.token.TokenSource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls token sources in the background, and reports when one has answered. A call whose endpoint
 * is failing waits for it together with those of all other sessions.
 */
public final class TokenCalls {
  private static final Logger log = LoggerFactory.getLogger(TokenCalls.class);

  /**
   * How many times a call waits for an endpoint that answers others in the meantime. Then the
   * failure is taken to be the session's own: some requests make an issuer fail.
   */
  private static final int EXCUSES = 2;

  private final TokenSources sources;
  private final Executor executor;
  private final InstantSource clock;
  private final SessionMetrics metrics;
  private final Listener listener;

  /** Is told what may concern sessions. */
  @FunctionalInterface
  public interface Listener {
    /** A call ended, or began to wait, whose result is awaited. */
    void answered(SessionKey session);

    /** A grant Secret may hold a new token. */
    default void renewed(String namespace, String grantSecretName) {}
  }

  /**
   * @param executor runs each call on a thread of its own; calls block
   */
  public TokenCalls(
      TokenSources sources,
      Executor executor,
      InstantSource clock,
      SessionMetrics metrics,
      Listener listener) {
    this.sources = sources;
    this.executor = executor;
    this.clock = clock;
    this.metrics = metrics;
    this.listener = listener;
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
    long number = state.begin(new TokenCall.InFlight(clock.instant()), hash(spec), inputs);
    new Call(session, spec, inputs, state, number).run();
  }

  /**
   * Whether the grant of a session is still the one that the issuer rejected; blocks for one
   * request to the API server.
   *
   * @throws TokenFailure FAILED or UNAVAILABLE if it could not be asked
   */
  public boolean isStillRejected(SessionKey session, TokenSpec spec) throws TokenFailure {
    return sources.isStillRejected(session.namespace(), spec);
  }

  /** One call, from its beginning until the source gives a token or fails for this session. */
  private final class Call implements Outages.Waiter {
    private final SessionKey session;
    private final TokenSpec spec;
    private final String inputs;
    private final TokenCallState state;
    private final long number;

    /** Whether others were answered since this call failed the last time. */
    private boolean othersWereAnswered;

    private int excuses;

    Call(SessionKey session, TokenSpec spec, String inputs, TokenCallState state, long number) {
      this.session = session;
      this.spec = spec;
      this.inputs = inputs;
      this.state = state;
      this.number = number;
    }

    @Override
    public boolean isWanted() {
      return state.isAwaited(number);
    }

    @Override
    public void goOn(boolean answered) {
      othersWereAnswered = answered;
      if (state.resume(number, new TokenCall.InFlight(clock.instant()))) {
        run();
      }
    }

    void run() {
      executor.execute(this::call);
    }

    private void call() {
      TokenCall result;
      Token token = null;
      try {
        token = issue();
        result = new TokenCall.Issued(token.info());
      } catch (TokenFailure failure) {
        TokenFailure.Outage outage = failure.outage();
        if (outage != null && isExcused(outage)) {
          await(outage, failure.getMessage());
          return;
        }
        TokenFailure.Kind kind =
            failure.kind() == TokenFailure.Kind.UNAVAILABLE
                ? TokenFailure.Kind.FAILED
                : failure.kind();
        result = new TokenCall.Failed(kind, failure.getMessage(), failure.retryAfter());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException e) {
        result = unexpected(e);
      }
      if (state.finish(number, result, token, inputs)) {
        listener.answered(session);
      }
      if (token != null && spec.oauth2Refresh() != null) {
        listener.renewed(session.namespace(), spec.oauth2Refresh().grant());
      }
    }

    private Token issue() throws TokenFailure, InterruptedException {
      Instant began = clock.instant();
      boolean success = false;
      boolean called = true;
      try {
        Token token =
            sources
                .of(spec)
                .issue(
                    new TokenSource.Request(
                        session.namespace(),
                        session.name(),
                        session.uid(),
                        spec,
                        this::willDo,
                        this::isWanted));
        success = true;
        return token;
      } catch (TokenFailure failure) {
        called = failure.outage() == null || failure.outage().called();
        throw failure;
      } finally {
        if (called) {
          metrics.tokenIssued(spec.sourceName(), success, Duration.between(began, clock.instant()));
        }
      }
    }

    /** By the planner's rule: a session with this token would not renew it now. */
    private boolean willDo(TokenInfo held) {
      Instant now = clock.instant();
      return !held.isExpired(now)
          && !RenewalPolicy.isDue(held, spec.renewBefore(), session.uid(), now);
    }

    /** Whether the endpoint is to blame for the failure, rather than this session. */
    private boolean isExcused(TokenFailure.Outage outage) {
      if (outage.called() && othersWereAnswered) {
        excuses++;
      }
      return excuses < EXCUSES;
    }

    private void await(TokenFailure.Outage outage, String why) {
      String again = why.endsWith("tried again") ? why : why + "; tried again";
      TokenCall.Waiting waiting =
          new TokenCall.Waiting(again + ", every 30 s at the latest, by one call for all sessions");
      if (state.suspend(number, waiting, inputs)) {
        outage.await(this);
        listener.answered(session);
      }
    }

    private TokenCall unexpected(RuntimeException e) {
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
      return new TokenCall.Failed(TokenFailure.Kind.FAILED, words, null);
    }
  }
}
