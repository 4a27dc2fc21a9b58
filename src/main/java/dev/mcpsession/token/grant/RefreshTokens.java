package dev.mcpsession.token.grant;

import dev.mcpsession.api.OAuth2RefreshSource;
import dev.mcpsession.retry.Sleeper;
import dev.mcpsession.token.EndpointCalls;
import dev.mcpsession.token.SourceSecret;
import dev.mcpsession.token.SourceState;
import dev.mcpsession.token.Token;
import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.TokenSource;
import dev.mcpsession.token.oauth.AuthorizationServer;
import dev.mcpsession.token.oauth.OAuthClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets access tokens for users' grants. Any number of sessions may share a grant: one renewal
 * serves them all, and a session that asks while it is under way waits for its result. Each renewal
 * runs on its own thread, which is not interrupted before the answer is stored, neither when a
 * session ends nor at a shutdown.
 */
public final class RefreshTokens implements TokenSource, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RefreshTokens.class);

  /** Long enough for a call that began just before, and for storing its answer. */
  private static final Duration LAST_RENEWALS = GrantRenewal.CLAIM.plusSeconds(1);

  private static final Duration CLAIM_POLL = Duration.ofMillis(500);

  private final SourceSecret.Lookup secrets;
  private final GrantRenewal renewal;
  private final Sleeper sleeper;
  private final InFlightRenewals inFlight = new InFlightRenewals();
  private final Map<String, SharedRenewal> renewals = new ConcurrentHashMap<>();
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("renewal-", 0).factory());

  /**
   * @param secrets finds the Secrets of OAuth clients
   * @param store reads and writes the grant Secrets
   * @param holder identifies this process in claims
   * @param leads whether this process may begin a renewal; it may finish those it has begun
   * @param nanoTime monotonic, in nanoseconds
   */
  public RefreshTokens(
      SourceSecret.Lookup secrets,
      GrantStore store,
      AuthorizationServer server,
      EndpointCalls calls,
      String holder,
      BooleanSupplier leads,
      InstantSource clock,
      LongSupplier nanoTime,
      Sleeper sleeper) {
    this.secrets = secrets;
    this.renewal =
        new GrantRenewal(store, server, calls, inFlight, holder, leads, clock, nanoTime, sleeper);
    this.sleeper = sleeper;
  }

  /** What the Secrets say, without the tokens themselves; pure, for the planner. */
  public static SourceState state(
      OAuth2RefreshSource source, String namespace, SourceSecret.Lookup secrets) {
    try {
      requireGrant(source);
      OAuthClient client = OAuthClient.read(source, namespace, secrets);
      Grant grant = Grant.of(source, secrets.find(namespace, source.grant()));
      String rejection = grant.rejection();
      Token held = grant.held();
      return rejection != null
          ? new SourceState.Unavailable(TokenFailure.Kind.REJECTED, rejection)
          : new SourceState.OnDemand(
              client.fingerprint() + "-" + grant.origin(), held == null ? null : held.info());
    } catch (TokenFailure failure) {
      return new SourceState.Unavailable(failure.kind(), failure.getMessage());
    }
  }

  /** A template may leave it to its sessions to name their grants. */
  private static void requireGrant(OAuth2RefreshSource source) throws TokenFailure {
    if (source.grantSecretName() == null) {
      throw new TokenFailure(
          TokenFailure.Kind.MISSING,
          "the session names no grant: set spec.grantSecretName to the Secret with its user's"
              + " refresh token");
    }
  }

  /**
   * Whether the API server has the grant marked as rejected now. A cache, or what the issuer said
   * of a refresh token that a login has replaced since, is no reason to evict anybody.
   *
   * @throws TokenFailure FAILED if the API server could not be asked
   */
  public boolean isRejected(String namespace, OAuth2RefreshSource source) throws TokenFailure {
    try {
      renewal.readInAnyCase(namespace, source);
      return false;
    } catch (TokenFailure failure) {
      if (failure.kind() == TokenFailure.Kind.FAILED
          || failure.kind() == TokenFailure.Kind.UNAVAILABLE) {
        throw failure;
      }
      return failure.kind() == TokenFailure.Kind.REJECTED;
    }
  }

  @Override
  public Token issue(Request request) throws TokenFailure, InterruptedException {
    OAuth2RefreshSource source = request.source(OAuth2RefreshSource.class);
    requireGrant(source);
    String key = request.namespace() + "/" + source.grant();
    while (true) {
      Token held = acceptable(renewal.read(request.namespace(), source), request);
      if (held != null) {
        return held;
      }
      SharedRenewal mine = new SharedRenewal(request);
      SharedRenewal other = renewals.putIfAbsent(key, mine);
      if (other == null) {
        threads.execute(() -> renew(key, source, request, mine));
      } else if (!other.join(request)) {
        renewals.remove(key, other);
        continue;
      }
      Token renewed = await(other == null ? mine : other);
      if (other == null || request.acceptable().test(renewed.info())) {
        return renewed;
      }
    }
  }

  private void renew(
      String key, OAuth2RefreshSource source, Request request, SharedRenewal shared) {
    Token token = null;
    Throwable failure = null;
    try {
      token = renew(source, request, shared);
    } catch (Throwable e) { // whatever it is, somebody is waiting for the result
      failure = e;
    }
    renewals.remove(key, shared);
    if (token != null) {
      shared.result().complete(token);
    } else {
      shared
          .result()
          .completeExceptionally(
              failure == null ? new IllegalStateException("no token and no failure") : failure);
    }
  }

  /** Tries until the grant holds an acceptable token, from us or from another process. */
  private Token renew(OAuth2RefreshSource source, Request request, SharedRenewal shared)
      throws TokenFailure, InterruptedException {
    OAuthClient client = OAuthClient.read(source, request.namespace(), secrets);
    while (true) {
      Grant grant = unclaimedByAnother(source, request);
      Token held = acceptable(grant, request);
      if (held != null) {
        return held;
      }
      Optional<Token> renewed =
          renewal
              .renew(request.namespace(), source, client, grant, shared::isWanted)
              .map(Grant::held);
      if (renewed.isPresent()) {
        return renewed.get();
      }
    }
  }

  /**
   * Waits until no other process claims the grant, or until it holds an acceptable token. Takes no
   * slot of {@link CallLimits} meanwhile: others must not have to wait because a process died.
   */
  private Grant unclaimedByAnother(OAuth2RefreshSource source, Request request)
      throws TokenFailure, InterruptedException {
    while (true) {
      Grant grant = renewal.read(request.namespace(), source);
      Duration left = renewal.claimedByAnotherFor(request.namespace(), grant);
      if (left == null || acceptable(grant, request) != null) {
        return grant;
      }
      sleeper.sleep(left.compareTo(CLAIM_POLL) < 0 ? left : CLAIM_POLL);
    }
  }

  private static @Nullable Token acceptable(Grant grant, Request request) {
    Token held = grant.held();
    return held != null && request.acceptable().test(held.info()) ? held : null;
  }

  private static Token await(SharedRenewal renewal) throws TokenFailure, InterruptedException {
    try {
      return renewal.result().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TokenFailure failure) {
        throw failure.copy();
      }
      if (e.getCause() instanceof RuntimeException fault) {
        throw fault;
      }
      throw new IllegalStateException(
          "the renewal ended with " + (e.getCause() == null ? e : e.getCause()).getClass());
    }
  }

  /**
   * Removes the access token from a grant Secret, so that it is given to no more sessions. A grant
   * that is being renewed gets a new one anyway.
   *
   * @throws io.fabric8.kubernetes.client.KubernetesClientException if the request failed
   */
  public void forget(String namespace, String grantSecretName) {
    renewal.forget(namespace, grantSecretName);
  }

  /** Whether an answer is awaited, or is not stored yet. */
  public boolean isRenewing() {
    return inFlight.areUnderWay();
  }

  /** Begins no more renewals, and waits up to 41 s for those under way. */
  @Override
  public void close() {
    if (!inFlight.close(LAST_RENEWALS)) {
      log.error("Ends although the answer to a renewal is not stored: that grant may be lost");
    }
    threads.shutdownNow();
    try {
      threads.awaitTermination(100, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
