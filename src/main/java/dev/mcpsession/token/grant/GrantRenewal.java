package dev.mcpsession.token.grant;

import dev.mcpsession.api.OAuth2RefreshSource;
import dev.mcpsession.retry.Sleeper;
import dev.mcpsession.token.CallLimits;
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
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One use of a refresh token: claim the grant, ask the issuer, store the answer. A refresh token
 * may be used only once, so the claim keeps a second operator from it while leadership changes
 * hands, and an answer is stored before anything else is done with it, however long that takes.
 */
final class GrantRenewal {
  /** From the claim until the request is sent; the rest of the claim is for the call. */
  static final Duration SEND_WITHIN = Duration.ofSeconds(10);

  static final Duration CLAIM = AuthorizationServer.WHOLE_CALL.plus(SEND_WITHIN);

  private final GrantStore store;
  private final AuthorizationServer server;
  private final CallLimits limits;
  private final InFlightRenewals uses;
  private final String holder;
  private final BooleanSupplier leads;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final AnswerStorage storage;

  /**
   * @param limits of the calls to the issuer
   * @param uses is told of each use of a refresh token until its answer is stored
   * @param holder names this process, and no other that may live at the same time
   * @param leads whether this process may begin a renewal; what it began it may end
   * @param nanoTime monotonic, in nanoseconds
   */
  GrantRenewal(
      GrantStore store,
      AuthorizationServer server,
      CallLimits limits,
      InFlightRenewals uses,
      String holder,
      BooleanSupplier leads,
      InstantSource clock,
      LongSupplier nanoTime,
      Sleeper pause) {
    this.store = store;
    this.server = server;
    this.limits = limits;
    this.uses = uses;
    this.holder = holder;
    this.leads = leads;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.storage = new AnswerStorage(store, pause);
  }

  /**
   * The grant as the API server has it.
   *
   * @throws TokenFailure MISSING without a labelled Secret or a refresh token in it, FAILED when
   *     the API server does not say, REJECTED when the issuer said so earlier
   */
  Grant read(String namespace, OAuth2RefreshSource source) throws TokenFailure {
    Secret found;
    try {
      found = store.read(namespace, source.grantSecretName());
    } catch (KubernetesClientException e) {
      throw SecretRequest.failed("read", source.grantSecretName(), GrantStore.RIGHTS, e);
    }
    Grant grant = Grant.of(source, SourceSecret.isLabelled(found) ? found : null);
    String rejection = grant.rejection();
    if (rejection != null) {
      throw new TokenFailure(TokenFailure.Kind.REJECTED, rejection);
    }
    return grant;
  }

  /** Until when another process may be using the refresh token; null when none is. */
  @Nullable Instant claimedByAnother(Grant grant) {
    return grant.claimedByAnother(holder, clock.instant());
  }

  /**
   * Renews, unless the grant has changed since it was read, or is claimed: then nothing was done. A
   * place at the issuer is taken for the claim and the call alone: storing the answer may take
   * long.
   *
   * @return the grant as stored, with its new access token
   */
  Optional<Grant> renew(
      String namespace, OAuth2RefreshSource source, OAuthClient client, Grant grant)
      throws TokenFailure, InterruptedException {
    if (claimedByAnother(grant) != null) {
      return Optional.empty();
    }
    if (grant.isImmutable()) {
      // The claim alone would go through: of an immutable Secret only the data cannot be changed.
      throw failed(
          "Secret "
              + source.grantSecretName()
              + " is immutable, so that a new refresh token could not be stored; make it anew"
              + " without that");
    }
    boolean[] using = {false};
    try {
      Optional<Answer> answer =
          limits.call(
              source.tokenEndpoint(),
              () -> {
                uses.begin();
                using[0] = true;
                return ask(source, client, grant);
              });
      return answer.isPresent()
          ? Optional.of(take(namespace, source, client, answer.get()))
          : Optional.empty();
    } finally {
      if (using[0]) {
        uses.end();
      }
    }
  }

  /** What the issuer said to a claimed grant. */
  private sealed interface Answer {
    record Issued(Grant claimed, IssuedTokens tokens) implements Answer {}

    record Rejected(Grant claimed, TokenFailure why) implements Answer {}
  }

  private Optional<Answer> ask(OAuth2RefreshSource source, OAuthClient client, Grant grant)
      throws TokenFailure, InterruptedException {
    requireLeadership();
    long claimedAt = nanoTime.getAsLong();
    Grant claimed;
    try {
      Secret claim = grant.claimed(holder, clock.instant().plus(CLAIM));
      claimed = Grant.of(source, store.replace(claim));
    } catch (KubernetesClientException e) {
      if (isStale(e)) {
        return Optional.empty();
      }
      throw SecretRequest.failed("claim", source.grantSecretName(), GrantStore.RIGHTS, e);
    }
    try {
      IssuedTokens issued =
          server.refresh(
              source,
              client,
              claimed.refreshToken(),
              () ->
                  leads.getAsBoolean() && nanoTime.getAsLong() - claimedAt < SEND_WITHIN.toNanos());
      return Optional.of(new Answer.Issued(claimed, issued));
    } catch (TokenFailure failure) {
      if (failure.kind() == TokenFailure.Kind.REJECTED) {
        return Optional.of(new Answer.Rejected(claimed, failure));
      }
      throw failure;
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
                limits.call(
                    source.tokenEndpoint(), () -> server.withExpiry(source, client, issued)));
      }
    };
  }

  /** Takes the access token out of a grant Secret. */
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
