package dev.mcpsession.token.oauth;

import dev.mcpsession.api.OAuth2RefreshSource;
import dev.mcpsession.token.CallLimits;
import dev.mcpsession.token.SourceSecret;
import dev.mcpsession.token.TokenFailure;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One use of a refresh token: claim the grant, ask the issuer, store the answer. A refresh token
 * may be used only once, so the claim keeps a second operator from it while leadership changes
 * hands, and an answer is stored before anything else is done with it, however long that takes.
 */
final class GrantRenewal {
  private static final Logger log = LoggerFactory.getLogger(GrantRenewal.class);

  /** From the claim until the request is sent; the rest of the claim is for the call. */
  static final Duration SEND_WITHIN = Duration.ofSeconds(10);

  static final Duration CLAIM = AuthorizationServer.WHOLE_CALL.plus(SEND_WITHIN);

  private static final Duration FIRST_RETRY = Duration.ofMillis(200);
  private static final Duration LAST_RETRY = Duration.ofSeconds(5);

  private final GrantStore store;
  private final AuthorizationServer server;
  private final CallLimits limits;
  private final UsesUnderWay uses;
  private final String holder;
  private final BooleanSupplier leads;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final Pause pause;

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
      UsesUnderWay uses,
      String holder,
      BooleanSupplier leads,
      InstantSource clock,
      LongSupplier nanoTime,
      Pause pause) {
    this.store = store;
    this.server = server;
    this.limits = limits;
    this.uses = uses;
    this.holder = holder;
    this.leads = leads;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.pause = pause;
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
      throw unanswered("read", source, e);
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
      throw unanswered("claim", source, e);
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
          throw rejected(namespace, source, claimed, why);
      case Answer.Issued(Grant claimed, IssuedTokens issued) -> {
        Grant kept = keep(namespace, source, claimed, issued);
        yield issued.saysWhenItExpires()
            ? kept
            : withExpiry(
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

  /** What is stored already is good enough, should this write fail. */
  private Grant withExpiry(OAuth2RefreshSource source, Grant kept, IssuedTokens issued)
      throws TokenFailure {
    try {
      return Grant.of(source, store.replace(kept.renewed(issued)));
    } catch (KubernetesClientException e) {
      return kept;
    }
  }

  /** Ends only when the answer is stored, or has no home any more. */
  private Grant keep(
      String namespace, OAuth2RefreshSource source, Grant claimed, IssuedTokens issued)
      throws TokenFailure, InterruptedException {
    Grant current = claimed;
    Duration delay = FIRST_RETRY;
    while (true) {
      try {
        return Grant.of(source, store.replace(current.renewed(issued)));
      } catch (KubernetesClientException e) {
        log.warn(
            "The renewed grant is not stored in Secret {}/{} yet: {}",
            namespace,
            source.grantSecretName(),
            words(e));
      }
      Grant found = find(namespace, source, claimed);
      if (found != null) {
        if (found.refreshToken().equals(issued.refreshToken())) {
          return found; // stored, and the answer was lost
        }
        if (!found.hasSameRefreshToken(claimed)) {
          throw failed(
              "the refresh token in Secret "
                  + source.grantSecretName()
                  + " was replaced while the old one was used; tried again with the new one");
        }
        current = found;
      }
      pause.sleep(delay);
      delay = delay.multipliedBy(2).compareTo(LAST_RETRY) < 0 ? delay.multipliedBy(2) : LAST_RETRY;
    }
  }

  /**
   * The grant as it is now; null when the API server does not say.
   *
   * @throws TokenFailure when it is gone for good
   */
  private @Nullable Grant find(String namespace, OAuth2RefreshSource source, Grant claimed)
      throws TokenFailure {
    Secret found;
    try {
      found = store.read(namespace, source.grantSecretName());
    } catch (KubernetesClientException e) {
      return null;
    }
    if (found == null || !claimed.isOf(found)) {
      throw failed(
          "Secret "
              + source.grantSecretName()
              + " was deleted while its refresh token was used; log in again");
    }
    return Grant.of(source, found);
  }

  /** Marks the grant, so that every session that lives on it ends without asking the issuer. */
  private TokenFailure rejected(
      String namespace, OAuth2RefreshSource source, Grant claimed, TokenFailure failure)
      throws TokenFailure, InterruptedException {
    String why =
        failure.getMessage()
            + "; Secret "
            + source.grantSecretName()
            + " needs the new refresh_token";
    Grant current = claimed;
    for (Duration delay = FIRST_RETRY;
        delay.compareTo(LAST_RETRY) < 0;
        delay = delay.multipliedBy(2)) {
      try {
        store.replace(current.rejected(why));
        break;
      } catch (KubernetesClientException e) {
        log.warn(
            "Secret {}/{} does not say yet that its grant was rejected: {}",
            namespace,
            source.grantSecretName(),
            words(e));
      }
      Grant found = find(namespace, source, claimed);
      if (found != null && !found.hasSameRefreshToken(claimed)) {
        return failed(
            "the refresh token in Secret "
                + source.grantSecretName()
                + " was replaced while the old one was used; tried again with the new one");
      }
      current = found == null ? current : found;
      pause.sleep(delay);
    }
    return new TokenFailure(TokenFailure.Kind.REJECTED, why);
  }

  private static boolean isStale(KubernetesClientException e) {
    return e.getCode() == HttpURLConnection.HTTP_CONFLICT
        || e.getCode() == HttpURLConnection.HTTP_NOT_FOUND;
  }

  private static TokenFailure unanswered(
      String what, OAuth2RefreshSource source, KubernetesClientException e) {
    return failed("could not " + what + " Secret " + source.grantSecretName() + ": " + words(e));
  }

  /** The code alone: the API server's words about a Secret may repeat what is in it. */
  private static String words(KubernetesClientException e) {
    return switch (e.getCode()) {
      case HttpURLConnection.HTTP_FORBIDDEN ->
          "the operator may not; grant it get and update on secrets";
      case 422 -> "the API server refuses what it would hold";
      case -1, 0 -> "the API server did not answer";
      default -> "the API server answered " + e.getCode();
    };
  }

  private static TokenFailure failed(String message) {
    return new TokenFailure(TokenFailure.Kind.FAILED, message);
  }
}
