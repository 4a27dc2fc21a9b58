package dev.mcpsession.reconcile.token;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.OAuth2Source;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.api.TokenSpec;
import dev.mcpsession.kube.ApiErrors;
import dev.mcpsession.metrics.SessionMetrics;
import dev.mcpsession.plan.observed.RevocationCall;
import dev.mcpsession.reconcile.memory.SessionEntry;
import dev.mcpsession.token.EndpointCalls;
import dev.mcpsession.token.TokenFailure;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Revokes the tokens of deleted sessions in the background, a bounded number at a time, and reports
 * when a try has ended. A session may be released earlier; then nobody waits for that try.
 */
public final class Revocations {
  private static final Logger log = LoggerFactory.getLogger(Revocations.class);

  private final Revoker revoker;
  private final EndpointCalls calls;
  private final Executor executor;
  private final InstantSource clock;
  private final SessionMetrics metrics;
  private final Consumer<SessionKey> answered;

  /**
   * @param executor runs each try on a thread of its own; tries block
   * @param answered called for each try that ended while it was still awaited
   */
  public Revocations(
      Revoker revoker,
      EndpointCalls calls,
      Executor executor,
      InstantSource clock,
      SessionMetrics metrics,
      Consumer<SessionKey> answered) {
    this.revoker = revoker;
    this.calls = calls;
    this.executor = executor;
    this.clock = clock;
    this.metrics = metrics;
    this.answered = answered;
  }

  /**
   * Begins a try, whose result is stored in the entry.
   *
   * @param spec the session's token source, perhaps its template's; null without one
   */
  public void begin(McpSession session, @Nullable TokenSpec spec, SessionEntry entry) {
    OAuth2Source source = spec == null ? null : spec.oauth2();
    String endpoint = source == null ? null : source.revocationEndpoint();
    if (source == null || endpoint == null) {
      entry.revocation().end();
      return;
    }
    RevocationCall.InFlight begun = entry.revocation().begin(clock.instant());
    executor.execute(() -> revoke(session, source, endpoint, entry, begun));
  }

  private void revoke(
      McpSession session,
      OAuth2Source source,
      String endpoint,
      SessionEntry entry,
      RevocationCall.InFlight begun) {
    RevocationCall result;
    try {
      result =
          calls.limited(
              endpoint,
              () ->
                  entry.revocation().call().equals(begun)
                      ? revoker.revoke(session, source, entry)
                      : new RevocationCall.NothingToRevoke());
    } catch (TokenFailure failure) {
      result = failed(begun, failure.getMessage());
    } catch (KubernetesClientException e) {
      result = failed(begun, "its Secrets could not be read: " + ApiErrors.words(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    } catch (RuntimeException e) {
      // The class alone: a library's message may repeat what it was given.
      log.warn(
          "session {}: its tokens could not be revoked: {}",
          SessionKey.of(session),
          e.getClass().getName());
      result = failed(begun, "of " + e.getClass().getSimpleName());
    }
    if (entry.revocation().finish(begun, result)) {
      if (result instanceof RevocationCall.Revoked) {
        metrics.revoked(true);
      }
      answered.accept(SessionKey.of(session));
    }
  }

  private RevocationCall failed(RevocationCall.InFlight begun, String why) {
    return new RevocationCall.Failed(begun.first(), begun.tries(), clock.instant(), why);
  }
}
