package dev.mcpsession.token.grant;

import dev.mcpsession.api.OAuth2RefreshSource;
import dev.mcpsession.retry.Sleeper;
import dev.mcpsession.token.EndpointCalls;
import dev.mcpsession.token.SecretRequest;
import dev.mcpsession.token.SourceSecret;
import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.oauth.AuthorizationServer;
import dev.mcpsession.token.oauth.IssuedTokens;
import dev.mcpsession.token.oauth.OAuthClient;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Uses a refresh token once: claims the grant, asks the issuer, stores the answer. A refresh token
 * may be valid for a single use. So the claim keeps a second operator from using it while
 * leadership changes hands, and the answer is stored, however long that takes, before it is used.
 */
final class GrantRenewal {
  /** How long after the claim the request may be sent; the rest of the claim is for the call. */
  static final Duration SEND_WITHIN = Duration.ofSeconds(10);

  /** How long a claim lasts. */
  static final Duration CLAIM = AuthorizationServer.WHOLE_CALL.plus(SEND_WITHIN);

  private final GrantStore store;
  private final AuthorizationServer server;
  private final EndpointCalls calls;
  private final InFlightRenewals inFlight;
  private final String holder;
  private final BooleanSupplier leads;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final AnswerStorage storage;
  private final ForeignClaims foreignClaims;

  /**
   * @param calls make the requests to issuer and API server
   * @param inFlight counts each use of a refresh token until its answer is stored
   * @param holder identifies this process among all that may run at the same time
   * @param leads whether this process may begin a renewal; it may finish those it has begun
   * @param nanoTime monotonic, in nanoseconds
   */
  GrantRenewal(
      GrantStore store,
      AuthorizationServer server,
      EndpointCalls calls,
      InFlightRenewals inFlight,
      String holder,
      BooleanSupplier leads,
      InstantSource clock,
      LongSupplier nanoTime,
      Sleeper sleeper) {
    this.store = store;
    this.server = server;
    this.calls = calls;
    this.inFlight = inFlight;
    this.holder = holder;
    this.leads = leads;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.storage = new AnswerStorage(store, sleeper);
    this.foreignClaims = new ForeignClaims(holder, CLAIM, clock, nanoTime);
  }

  /**
   * Reads the grant from the API server.
   *
   * @throws TokenFailure MISSING if there is no labelled Secret or no refresh token in it, FAILED
   *     or UNAVAILABLE if the API server could not be asked, REJECTED if the issuer has rejected
   *     the grant before
   */
  Grant read(String namespace, OAuth2RefreshSource source) throws TokenFailure {
    return grant(namespace, source, calls.request(() -> find(namespace, source.grant())));
  }

  /** As {@link #read}, even if the API server is taken to be failing. */
  Grant readInAnyCase(String namespace, OAuth2RefreshSource source) throws TokenFailure {
    return grant(namespace, source, find(namespace, source.grant()));
  }

  private Grant grant(String namespace, OAuth2RefreshSource source, @Nullable Secret found)
      throws TokenFailure {
    if (found == null) {
      foreignClaims.forget(namespace, source.grant());
    }
    Grant grant = Grant.of(source, SourceSecret.isLabelled(found) ? found : null);
    String rejection = grant.rejection();
    if (rejection != null) {
      throw new TokenFailure(TokenFailure.Kind.REJECTED, rejection);
    }
    return grant;
  }

  private @Nullable Secret find(String namespace, String name) throws TokenFailure {
    try {
      return store.read(namespace, name);
    } catch (KubernetesClientException e) {
      throw SecretRequest.failed("read", name, GrantStore.RIGHTS, e);
    }
  }

  /** How long another process may still be using the refresh token; null if none is. */
  @Nullable Duration claimedByAnotherFor(String namespace, Grant grant) {
    return foreignClaims.left(namespace, grant);
  }

  /**
   * Renews the grant, unless it has changed since it was read or another process has claimed it. A
   * slot of the issuer is held only for the claim and the call, since storing the answer may take
   * long.
   *
   * @param wanted whether somebody still waits for the token; asked when it is the call's turn
   * @return the grant as stored, with its new access token; empty if nothing was done
   */
  Optional<Grant> renew(
      String namespace,
      OAuth2RefreshSource source,
      OAuthClient client,
      Grant grant,
      BooleanSupplier wanted)
      throws TokenFailure, InterruptedException {
    if (claimedByAnotherFor(namespace, grant) != null) {
      return Optional.empty();
    }
    if (grant.isImmutable()) {
      // The claim would succeed: in an immutable Secret the metadata can still be changed.
      throw failed(
          "Secret "
              + source.grant()
              + " is immutable, so that a new refresh token could not be stored; make it anew"
              + " without that");
    }
    boolean[] using = {false};
    try {
      Answer answer =
          calls.call(
              source.tokenEndpoint(),
              wanted,
              () -> {
                inFlight.begin();
                using[0] = true;
                return ask(namespace, source, client, grant);
              });
      return answer == null
          ? Optional.empty()
          : Optional.of(take(namespace, source, client, answer));
    } finally {
      if (using[0]) {
        inFlight.end();
      }
    }
  }

  /** What the issuer answered to a claimed grant. */
  private sealed interface Answer {
    record Issued(Grant claimed, IssuedTokens tokens) implements Answer {}

    record Rejected(Grant claimed, TokenFailure why) implements Answer {}
  }

  /** Null if the grant changed meanwhile, so that nothing was sent. */
  private @Nullable Answer ask(
      String namespace, OAuth2RefreshSource source, OAuthClient client, Grant grant)
      throws TokenFailure, InterruptedException {
    requireLeadership();
    long claimedAt = nanoTime.getAsLong();
    Secret claim = grant.claimed(holder, clock.instant().plus(CLAIM));
    Secret stored = calls.request(() -> claim(source, claim));
    if (stored == null) {
      return null;
    }
    foreignClaims.forget(namespace, grant.name());
    Grant claimed = Grant.of(source, stored);
    try {
      IssuedTokens issued =
          server.refresh(
              source,
              client,
              claimed.refreshToken(),
              () ->
                  leads.getAsBoolean() && nanoTime.getAsLong() - claimedAt < SEND_WITHIN.toNanos());
      return new Answer.Issued(claimed, issued);
    } catch (TokenFailure failure) {
      if (failure.kind() == TokenFailure.Kind.REJECTED) {
        return new Answer.Rejected(claimed, failure);
      }
      throw failure;
    }
  }

  /** Null if the grant changed meanwhile. */
  private @Nullable Secret claim(OAuth2RefreshSource source, Secret claim) throws TokenFailure {
    try {
      return store.replace(claim);
    } catch (KubernetesClientException e) {
      if (isStale(e)) {
        return null;
      }
      throw SecretRequest.failed("claim", source.grant(), GrantStore.RIGHTS, e);
    }
  }

  private Grant take(
      String namespace, OAuth2RefreshSource source, OAuthClient client, Answer answer)
      throws TokenFailure, InterruptedException {
    return switch (answer) {
      case Answer.Rejected(Grant claimed, TokenFailure why) ->
          throw storage.reject(namespace, source, claimed, why);
      case Answer.Issued(Grant claimed, IssuedTokens issued) -> {
        Grant kept = storage.keep(namespace, source, claimed, issued);
        yield issued.saysWhenItExpires()
            ? kept
            : storage.add(
                source,
                kept,
                calls.limited(
                    source.tokenEndpoint(), () -> server.withExpiry(source, client, issued)));
      }
    };
  }

  /** Removes the access token from a grant Secret, if there is one with the label. */
  void forget(String namespace, String name) {
    Secret found = store.read(namespace, name);
    if (found != null && SourceSecret.isLabelled(found)) {
      store.replace(Grant.withoutAccessToken(found));
    }
  }

  private void requireLeadership() throws TokenFailure {
    if (!leads.getAsBoolean()) {
      throw failed("this process does not lead");
    }
  }

  private static boolean isStale(KubernetesClientException e) {
    return e.getCode() == HttpURLConnection.HTTP_CONFLICT
        || e.getCode() == HttpURLConnection.HTTP_NOT_FOUND;
  }

  private static TokenFailure failed(String message) {
    return new TokenFailure(TokenFailure.Kind.FAILED, message);
  }
}
