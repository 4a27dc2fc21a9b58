package dev.mcpsession.token.grant;

import dev.mcpsession.api.OAuth2RefreshSource;
import dev.mcpsession.retry.Sleeper;
import dev.mcpsession.token.CallLimits;
import dev.mcpsession.token.SourceSecret;
import dev.mcpsession.token.SourceState;
import dev.mcpsession.token.Token;
import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.TokenSource;
import dev.mcpsession.token.oauth.AuthorizationServer;
import dev.mcpsession.token.oauth.OAuthClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
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
 * Access tokens of users' grants. Any number of sessions may live on one grant: what one renewal
 * gave serves them all, and who comes while it goes on waits for it. A renewal runs on a thread of
 * its own, which no end of a session and no shutdown interrupts before its answer is stored.
 */
public final class RefreshTokens implements TokenSource, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RefreshTokens.class);

  /** Enough for a call that began right before, and for storing its answer. */
  private static final Duration LAST_RENEWALS = GrantRenewal.CLAIM.plusSeconds(1);

  private static final Duration LOOK_AT_CLAIM = Duration.ofMillis(500);

  private final SourceSecret.Lookup secrets;
  private final GrantRenewal renewal;
  private final InstantSource clock;
  private final Sleeper pause;
  private final InFlightRenewals uses = new InFlightRenewals();
  private final Map<String, CompletableFuture<Token>> renewals = new ConcurrentHashMap<>();
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("renewal-", 0).factory());

  /**
   * @param secrets finds the client's Secrets
   * @param holder names this process in claims
   * @param leads whether this process may begin a renewal
   * @param nanoTime monotonic, in nanoseconds
   */
  public RefreshTokens(
      SourceSecret.Lookup secrets,
      GrantStore store,
      AuthorizationServer server,
      CallLimits limits,
      String holder,
      BooleanSupplier leads,
      InstantSource clock,
      LongSupplier nanoTime,
      Sleeper pause) {
    this.secrets = secrets;
    this.renewal =
        new GrantRenewal(store, server, limits, uses, holder, leads, clock, nanoTime, pause);
    this.clock = clock;
    this.pause = pause;
  }

  /** What the Secrets say, without the tokens: pure, for the planner's observation. */
  public static SourceState state(
      OAuth2RefreshSource source, String namespace, SourceSecret.Lookup secrets) {
    try {
      OAuthClient client = OAuthClient.read(source, namespace, secrets);
      Grant grant = Grant.of(source, secrets.find(namespace, source.grantSecretName()));
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

  @Override
  public Token issue(Request request) throws TokenFailure, InterruptedException {
    OAuth2RefreshSource source = request.source(OAuth2RefreshSource.class);
    String key = request.namespace() + "/" + source.grantSecretName();
    while (true) {
      Token held = acceptable(renewal.read(request.namespace(), source), request);
      if (held != null) {
        return held;
      }
      CompletableFuture<Token> mine = new CompletableFuture<>();
      CompletableFuture<Token> other = renewals.putIfAbsent(key, mine);
      if (other == null) {
        threads.execute(() -> renew(key, source, request, mine));
      }
      Token renewed = await(other == null ? mine : other);
      if (other == null || request.acceptable().test(renewed.info())) {
        return renewed;
      }
    }
  }

  private void renew(
      String key, OAuth2RefreshSource source, Request request, CompletableFuture<Token> result) {
    Token token = null;
    Throwable failure = null;
    try {
      token = renew(source, request);
    } catch (Throwable e) { // whatever it is, somebody waits for the end of this
      failure = e;
    }
    renewals.remove(key, result);
    if (token != null) {
      result.complete(token);
    } else {
      result.completeExceptionally(
          failure == null ? new IllegalStateException("no token and no failure") : failure);
    }
  }

  /** Until the grant holds a token that will do: ours, or one that another process got. */
  private Token renew(OAuth2RefreshSource source, Request request)
      throws TokenFailure, InterruptedException {
    OAuthClient client = OAuthClient.read(source, request.namespace(), secrets);
    while (true) {
      Grant grant = unclaimedByAnother(source, request);
      Token held = acceptable(grant, request);
      if (held != null) {
        return held;
      }
      Optional<Token> renewed =
          renewal.renew(request.namespace(), source, client, grant).map(Grant::held);
      if (renewed.isPresent()) {
        return renewed.get();
      }
    }
  }

  /** Waits outside the limits: others must not wait for a process that died. */
  private Grant unclaimedByAnother(OAuth2RefreshSource source, Request request)
      throws TokenFailure, InterruptedException {
    while (true) {
      Grant grant = renewal.read(request.namespace(), source);
      Instant until = renewal.claimedByAnother(grant);
      if (until == null || acceptable(grant, request) != null) {
        return grant;
      }
      Duration left = Duration.between(clock.instant(), until);
      pause.sleep(left.compareTo(LOOK_AT_CLAIM) < 0 ? left : LOOK_AT_CLAIM);
    }
  }

  private static @Nullable Token acceptable(Grant grant, Request request) {
    Token held = grant.held();
    return held != null && request.acceptable().test(held.info()) ? held : null;
  }

  private static Token await(CompletableFuture<Token> renewal)
      throws TokenFailure, InterruptedException {
    try {
      return renewal.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TokenFailure failure) {
        throw new TokenFailure(failure.kind(), failure.getMessage(), failure.retryAfter());
      }
      if (e.getCause() instanceof RuntimeException fault) {
        throw fault;
      }
      throw new IllegalStateException(
          "the renewal ended with " + (e.getCause() == null ? e : e.getCause()).getClass());
    }
  }

  /**
   * Takes the access token out of a grant Secret, so that no session is given it any more; a grant
   * that is being renewed gets another anyway.
   *
   * @throws io.fabric8.kubernetes.client.KubernetesClientException if the API server did not do it
   */
  public void forget(String namespace, String grantSecretName) {
    renewal.forget(namespace, grantSecretName);
  }

  /** Whether an answer is awaited, or not stored yet. */
  public boolean isRenewing() {
    return uses.areUnderWay();
  }

  /** Begins no renewal any more, and waits for those under way: up to 41 s. */
  @Override
  public void close() {
    if (!uses.close(LAST_RENEWALS)) {
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
