package dev.mcpsession.token.grant;

import dev.mcpsession.api.OAuth2RefreshSource;
import dev.mcpsession.retry.ExponentialBackoff;
import dev.mcpsession.retry.Sleeper;
import dev.mcpsession.token.SecretRequest;
import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.oauth.IssuedTokens;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores an issuer's answer in the Secret of the grant that was claimed for it, however long that
 * takes: the refresh token that was used is no longer valid.
 */
final class AnswerStorage {
  private static final Logger log = LoggerFactory.getLogger(AnswerStorage.class);

  private static final ExponentialBackoff BACKOFF =
      new ExponentialBackoff(Duration.ofMillis(200), Duration.ofSeconds(5));

  /** Each failed try is followed by a delay: 6.2 s in all. */
  private static final int TRIES_TO_REJECT = 5;

  private final GrantStore store;
  private final Sleeper sleeper;

  AnswerStorage(GrantStore store, Sleeper sleeper) {
    this.store = store;
    this.sleeper = sleeper;
  }

  /**
   * Stores the tokens that the issuer gave, and retries until it succeeds or there is nowhere left
   * to store them.
   *
   * @return the grant as stored
   * @throws TokenFailure FAILED if the Secret was deleted, or holds another refresh token by now
   */
  Grant keep(String namespace, OAuth2RefreshSource source, Grant claimed, IssuedTokens issued)
      throws TokenFailure, InterruptedException {
    Grant current = claimed;
    for (int failures = 1; ; failures++) {
      try {
        return Grant.of(source, store.replace(current.renewed(issued)));
      } catch (KubernetesClientException e) {
        log.warn(
            "The renewed grant is not stored in Secret {}/{} yet: {}",
            namespace,
            source.grant(),
            words(e));
      }
      Grant found = find(namespace, source, claimed);
      if (found != null) {
        if (found.holds(issued, claimed)) {
          return found; // such as when our write succeeded, but its response was lost
        }
        if (!found.hasSameRefreshToken(claimed)) {
          throw superseded(source);
        }
        current = found;
      }
      sleeper.sleep(BACKOFF.delay(failures));
    }
  }

  /**
   * Stores what the issuer said afterwards about tokens that are stored already. Tries once: if the
   * write fails, what is stored is good enough.
   *
   * @return the grant as stored
   */
  Grant add(OAuth2RefreshSource source, Grant kept, IssuedTokens issued) throws TokenFailure {
    try {
      return Grant.of(source, store.replace(kept.renewed(issued)));
    } catch (KubernetesClientException e) {
      return kept;
    }
  }

  /**
   * Marks the grant as rejected, so that every other session that uses it ends without asking the
   * issuer.
   *
   * @return the failure to throw: REJECTED, or FAILED if the Secret holds another refresh token by
   *     now, or could not be marked: nobody is evicted before the Secret says so
   * @throws TokenFailure FAILED if the Secret was deleted
   */
  TokenFailure reject(
      String namespace, OAuth2RefreshSource source, Grant claimed, TokenFailure failure)
      throws TokenFailure, InterruptedException {
    String why =
        failure.getMessage() + "; Secret " + source.grant() + " needs the new refresh_token";
    Grant current = claimed;
    for (int failures = 1; failures <= TRIES_TO_REJECT; failures++) {
      try {
        store.replace(current.rejected(why));
        return new TokenFailure(TokenFailure.Kind.REJECTED, why);
      } catch (KubernetesClientException e) {
        log.warn(
            "Secret {}/{} does not say yet that its grant was rejected: {}",
            namespace,
            source.grant(),
            words(e));
      }
      Grant found = find(namespace, source, claimed);
      if (found != null && !found.hasSameRefreshToken(claimed)) {
        return superseded(source);
      }
      current = found == null ? current : found;
      sleeper.sleep(BACKOFF.delay(failures));
    }
    return new TokenFailure(
        TokenFailure.Kind.FAILED,
        failure.getMessage()
            + "; but Secret "
            + source.grant()
            + " could not be marked as rejected; tried again");
  }

  /**
   * The grant as it is now; null if the API server could not be asked.
   *
   * @throws TokenFailure FAILED if the Secret was deleted
   */
  private @Nullable Grant find(String namespace, OAuth2RefreshSource source, Grant claimed)
      throws TokenFailure {
    Secret found;
    try {
      found = store.read(namespace, source.grant());
    } catch (KubernetesClientException e) {
      return null;
    }
    if (found == null || !claimed.isOf(found)) {
      throw new TokenFailure(
          TokenFailure.Kind.FAILED,
          "Secret "
              + source.grant()
              + " was deleted while its refresh token was used; log in again");
    }
    return Grant.of(source, found);
  }

  private static TokenFailure superseded(OAuth2RefreshSource source) {
    return new TokenFailure(
        TokenFailure.Kind.FAILED,
        "the refresh token in Secret "
            + source.grant()
            + " was replaced while the old one was used; tried again with the new one");
  }

  private static String words(KubernetesClientException e) {
    return SecretRequest.words(e, GrantStore.RIGHTS);
  }
}
