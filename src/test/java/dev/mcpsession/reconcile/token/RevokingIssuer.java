package dev.mcpsession.reconcile.token;

import dev.mcpsession.api.OAuth2Source;
import dev.mcpsession.simulation.model.FakeRevocations;
import dev.mcpsession.token.Token;
import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.TokenInfo;
import dev.mcpsession.token.TokenSource;
import dev.mcpsession.token.oauth.OAuthClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;

/**
 * Issues tokens and revokes them. A token says for which session it was issued, or of which grant
 * it is.
 */
final class RevokingIssuer implements TokenSource, FakeRevocations, SharedTokens {
  private final Predicate<Request> look;
  private final List<Boolean> looks = new CopyOnWriteArrayList<>();
  private final List<String> revoked = new CopyOnWriteArrayList<>();
  private final ConcurrentHashMap<String, Integer> grants = new ConcurrentHashMap<>();
  private final CountDownLatch never = new CountDownLatch(1);
  private volatile boolean silent;
  private volatile boolean refusing;

  /**
   * @param look what to record whenever a token is requested
   */
  RevokingIssuer(Predicate<Request> look) {
    this.look = look;
  }

  @Override
  public Token issue(Request request) {
    looks.add(look.test(request));
    var refresh = request.spec().oauth2Refresh();
    String value =
        refresh == null
            ? "token of " + request.session()
            : "token %d of %s"
                .formatted(
                    grants.merge(refresh.grantSecretName(), 1, (old, one) -> old),
                    refresh.grantSecretName());
    Instant now = Instant.now();
    return new Token(value, new TokenInfo(now, now.plus(Duration.ofHours(1)), null));
  }

  @Override
  public void forget(String namespace, String grantSecretName) {
    grants.merge(grantSecretName, 1, Integer::sum);
  }

  @Override
  public void revoke(OAuth2Source source, OAuthClient client, String accessToken)
      throws TokenFailure, InterruptedException {
    revoked.add(accessToken);
    if (silent) {
      never.await();
    } else if (refusing) {
      throw new TokenFailure(TokenFailure.Kind.FAILED, "the authorization server answered 503");
    }
  }

  /** From now on, revocations get no response. */
  void fallSilent() {
    silent = true;
  }

  /** Sets whether revocations fail. */
  void refuse(boolean refuse) {
    refusing = refuse;
  }

  /** What was recorded when tokens were requested. */
  List<Boolean> looks() {
    return List.copyOf(looks);
  }

  /** Tokens that it was asked to revoke. */
  List<String> revoked() {
    return List.copyOf(revoked);
  }
}
