package dev.mcpsession.issuer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What Forgejo's database holds: one grant per user and application, with a counter that is in its
 * newest refresh token. A token with an older count was used.
 */
final class ForgejoGrants {
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Long> grantOfUser = new HashMap<>();
  private final Map<Long, Long> counterOfGrant = new HashMap<>();
  private final Map<String, Issued> issued = new HashMap<>();
  private long grants;
  private Duration lifespan = Duration.ofHours(1);
  private boolean reuseEndsGrant = true;

  private record Issued(boolean refresh, long grant, long count, Instant expiresAt) {}

  /** An access token and the refresh token that goes with it. */
  record Pair(String accessToken, String refreshToken, Duration lifespan) {}

  synchronized void setLifespan(Duration lifespan) {
    this.lifespan = lifespan;
  }

  synchronized void setReuseEndsGrant(boolean ends) {
    reuseEndsGrant = ends;
  }

  /** As by an authorization code: a user who has a grant gets new tokens of the same. */
  synchronized Pair authorize(String user) {
    long grant =
        grantOfUser.compute(
            user, (key, known) -> counterOfGrant.containsKey(known) ? known : ++grants);
    counterOfGrant.merge(grant, 1L, Long::sum);
    return issue(grant);
  }

  synchronized void end(String user) {
    counterOfGrant.remove(grantOfUser.get(user));
  }

  synchronized Pair rotate(String refreshToken) throws ForgejoRefusal {
    long grant = grantOf(refreshToken);
    counterOfGrant.merge(grant, 1L, Long::sum);
    return issue(grant);
  }

  /** The pair has the same refresh token. */
  synchronized Pair keep(String refreshToken) throws ForgejoRefusal {
    return new Pair(accessToken(grantOf(refreshToken)), refreshToken, lifespan);
  }

  synchronized boolean isActive(String accessToken) {
    Issued token = issued.get(accessToken);
    return token != null
        && !token.refresh()
        && counterOfGrant.containsKey(token.grant())
        && Instant.now().isBefore(token.expiresAt());
  }

  /** Whose an access token is; empty: it is not active. */
  synchronized String userOf(String accessToken) {
    Issued token = issued.get(accessToken);
    return token == null || !isActive(accessToken)
        ? ""
        : grantOfUser.entrySet().stream()
            .filter(entry -> entry.getValue() == token.grant())
            .map(Map.Entry::getKey)
            .findFirst()
            .orElseThrow();
  }

  synchronized Set<String> everyToken() {
    return new TreeSet<>(issued.keySet());
  }

  private long grantOf(String refreshToken) throws ForgejoRefusal {
    Issued token = issued.get(refreshToken);
    if (token == null) {
      throw ForgejoRefusal.ofToken("unauthorized_client", "unable to parse refresh token");
    }
    if (!token.refresh()) {
      throw ForgejoRefusal.ofToken("unauthorized_client", "token is not a refresh token");
    }
    Long counter = counterOfGrant.get(token.grant());
    if (counter == null) {
      throw ForgejoRefusal.ofToken("invalid_grant", "grant does not exist");
    }
    if (counter != token.count()) {
      if (reuseEndsGrant) {
        counterOfGrant.remove(token.grant());
      }
      throw ForgejoRefusal.ofToken("unauthorized_client", "token was already used");
    }
    return token.grant();
  }

  private Pair issue(long grant) {
    long count = counterOfGrant.get(grant);
    Instant expiresAt = Instant.now().plus(Duration.ofHours(730));
    String refreshToken =
        jwt(
            "{\"gnt\":%d,\"tt\":1,\"cnt\":%d,\"exp\":%d}"
                .formatted(grant, count, expiresAt.getEpochSecond()));
    issued.put(refreshToken, new Issued(true, grant, count, expiresAt));
    return new Pair(accessToken(grant), refreshToken, lifespan);
  }

  private String accessToken(long grant) {
    Instant expiresAt = Instant.now().plus(lifespan);
    String token =
        jwt("{\"gnt\":%d,\"tt\":0,\"exp\":%d}".formatted(grant, expiresAt.getEpochSecond()));
    issued.put(token, new Issued(false, grant, 0, expiresAt));
    return token;
  }

  /** Looks like one; the signature is only what makes it unlike every other. */
  private String jwt(String claims) {
    byte[] signature = new byte[32];
    random.nextBytes(signature);
    return base64("{\"alg\":\"RS256\",\"typ\":\"JWT\"}".getBytes(UTF_8))
        + "."
        + base64(claims.getBytes(UTF_8))
        + "."
        + base64(signature);
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
