package dev.mcpsession.simulation.model;

import dev.mcpsession.api.OAuth2RefreshSource;
import dev.mcpsession.api.TokenSpec.ServiceAccountSource;
import dev.mcpsession.token.EndpointCalls;
import dev.mcpsession.token.Token;
import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.TokenInfo;
import dev.mcpsession.token.TokenSource;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Issues tokens that expire soon, and sometimes none. All sessions share its outages. */
public final class ModelIssuer {
  /** How long a token lasts at most. */
  public Duration life = Duration.ofHours(1);

  private final Chance chance;
  private final VirtualClock clock;
  private final Faults faults;
  private final Set<String> rejected = new HashSet<>();
  private final Set<String> everShared = new HashSet<>();

  /** By the name of the grant. */
  private final Map<String, Token> shared = new HashMap<>();

  private boolean down;
  private int issued;

  public ModelIssuer(Chance chance, VirtualClock clock, Faults faults) {
    this.chance = chance;
    this.clock = clock;
    this.faults = faults;
  }

  /** Whether the issuer ever rejected this session's grant for good. */
  public boolean hasRejected(String uid) {
    return rejected.contains(uid);
  }

  /** Whether it issued this token for a grant, whose sessions share it. */
  public boolean hasShared(String token) {
    return everShared.contains(token);
  }

  /** Whether it gives nobody an answer from now on. */
  public void down(boolean down) {
    this.down = down;
  }

  public boolean isDown() {
    return down;
  }

  /**
   * Issues a token.
   *
   * @param calls of the operator that asks
   */
  public Token issue(TokenSource.Request request, EndpointCalls calls)
      throws TokenFailure, InterruptedException {
    OAuth2RefreshSource refresh = request.spec().oauth2Refresh();
    String grant = refresh == null ? null : refresh.grant();
    Token known = grant == null ? null : shared.get(grant);
    if (known != null && isFresh(known.info())) {
      return known;
    }
    String endpoint =
        request.spec().oauth2() == null
            ? EndpointCalls.KUBERNETES
            : request.spec().oauth2().tokenEndpoint();
    return calls.call(endpoint, request.wanted(), () -> answer(request, grant));
  }

  private Token answer(TokenSource.Request request, @Nullable String grant) throws TokenFailure {
    if (down) {
      throw new TokenFailure(TokenFailure.Kind.UNAVAILABLE, "the issuer answered 503");
    }
    if (faults.now(0.02)) {
      rejected.add(request.uid());
      throw new TokenFailure(TokenFailure.Kind.REJECTED, "the grant was withdrawn");
    } else if (faults.now(0.05)) {
      throw new TokenFailure(TokenFailure.Kind.MISSING, "there is no such account");
    } else if (faults.now(0.05)) {
      throw new TokenFailure(TokenFailure.Kind.FAILED, "try later", Duration.ofSeconds(20));
    } else if (faults.now(0.05)) {
      throw new TokenFailure(TokenFailure.Kind.UNAVAILABLE, "busy", Duration.ofSeconds(20));
    } else if (faults.now(0.03)) {
      throw new IllegalStateException("a defect of the source");
    }
    ServiceAccountSource source = request.spec().serviceAccount();
    Duration lasts =
        source == null || life.compareTo(source.expiration()) < 0 ? life : source.expiration();
    if (faults.now(0.1)) {
      lasts = Duration.ofSeconds(chance.between(-5, 60));
    }
    Instant now = clock.instant();
    Token token = new Token("value-" + ++issued, new TokenInfo(now, now.plus(lasts), null));
    if (grant != null) {
      shared.put(grant, token);
      everShared.add(token.value());
    }
    return token;
  }

  /** How many tokens it issued. */
  public int issued() {
    return issued;
  }

  private boolean isFresh(TokenInfo token) {
    return token.expiresAt() != null
        && clock.instant().plus(Duration.ofMinutes(30)).isBefore(token.expiresAt());
  }

  /** The next session that names the grant gets a new token. */
  void forget(String grant) {
    shared.remove(grant);
  }
}
