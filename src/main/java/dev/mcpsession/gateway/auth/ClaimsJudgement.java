package dev.mcpsession.gateway.auth;

import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.gateway.route.User;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** PURE. Judges the claims of a token whose signature is good. */
public final class ClaimsJudgement {
  /** What McpSession.spec.user holds. */
  private static final int LONGEST_NAME = 256;

  /** What McpSession.spec.owner.subject holds. */
  private static final int LONGEST_SUBJECT = 1024;

  /** What Keycloak calls tokens that are no access tokens. */
  private static final Set<String> OTHER_TYPES = Set.of("ID", "Refresh", "Offline", "Logout");

  private final Map<String, Object> claims;
  private final IssuerSettings issuer;

  private ClaimsJudgement(Map<String, Object> claims, IssuerSettings issuer) {
    this.claims = claims;
    this.issuer = issuer;
  }

  /**
   * Whom the token speaks for.
   *
   * @param issuer with whose key it is signed
   * @param resourceUrl what it must be for, if the issuer has no audiences of its own
   * @throws TokenRefusedException if it does not speak for anybody here and now
   */
  public static Caller judge(
      Map<String, Object> claims, IssuerSettings issuer, String resourceUrl, Instant now)
      throws TokenRefusedException {
    return new ClaimsJudgement(claims, issuer).judge(resourceUrl, now);
  }

  private Caller judge(String resourceUrl, Instant now) throws TokenRefusedException {
    if (!issuer.issuer().equals(claims.get("iss"))) {
      throw refused(TokenDefect.token_issuer, "the token is of another issuer than its key");
    }
    checkKind();
    checkAudience(resourceUrl);
    Instant expiresAt = checkTime(now);
    Owner owner = new Owner(issuer.issuer(), text("sub", LONGEST_SUBJECT));
    return new Caller(
        new User(owner, text(issuer.userClaim(), LONGEST_NAME)),
        Set.copyOf(strings(claims.get(issuer.groupsClaim()))),
        scopes(),
        Set.copyOf(issuer.requiredScopes()),
        expiresAt);
  }

  private void checkKind() throws TokenRefusedException {
    if (OTHER_TYPES.stream().anyMatch(this::isType)) {
      throw refused(
          TokenDefect.token_type, "the token is an ID token or another one; send an access token");
    }
    if (claims.containsKey("cnf")) {
      throw refused(
          TokenDefect.token_bound,
          "the token is bound to a key of its holder (cnf), so it is no bearer token");
    }
  }

  private boolean isType(String type) {
    return claims.get("typ") instanceof String typ && typ.equalsIgnoreCase(type);
  }

  private void checkAudience(String resourceUrl) throws TokenRefusedException {
    Collection<String> accepted =
        issuer.audiences().isEmpty() ? List.of(resourceUrl) : issuer.audiences();
    if (strings(claims.get("aud")).stream().noneMatch(accepted::contains)) {
      throw refused(
          TokenDefect.token_audience,
          "the token is not for this resource: its aud must have "
              + accepted.stream().limit(3).collect(Collectors.joining(" or ")));
    }
  }

  private Instant checkTime(Instant now) throws TokenRefusedException {
    Instant expiresAt = time("exp");
    if (expiresAt == null) {
      throw refused(TokenDefect.token_claims, "the token has no expiry (exp)");
    }
    if (!now.isBefore(expiresAt.plus(Caller.LEEWAY))) {
      throw refused(TokenDefect.token_expired, "the token has expired");
    }
    Instant notBefore = time("nbf");
    if (notBefore != null && now.isBefore(notBefore.minus(Caller.LEEWAY))) {
      throw refused(TokenDefect.token_not_yet_valid, "the token is not yet valid (nbf)");
    }
    return expiresAt;
  }

  /** Null if the token does not have the claim. */
  private @Nullable Instant time(String claim) throws TokenRefusedException {
    if (!claims.containsKey(claim)) {
      return null;
    }
    if (!(claims.get(claim) instanceof Number number) || !Double.isFinite(number.doubleValue())) {
      throw refused(TokenDefect.token_claims, "the token's " + claim + " is not a number");
    }
    // The rest of a second is of no interest, and any number of years is the end of time.
    double seconds = Math.floor(number.doubleValue());
    double last = Duration.between(Instant.EPOCH, Caller.NEVER).toSeconds();
    return Instant.ofEpochSecond((long) Math.clamp(seconds, -last, last));
  }

  private String text(String claim, int longest) throws TokenRefusedException {
    if (!(claims.get(claim) instanceof String text) || text.isBlank() || text.length() > longest) {
      throw refused(
          TokenDefect.token_claims,
          "the token's claim "
              + claim
              + " must be a text of 1 to "
              + longest
              + " characters; have the issuer put it into access tokens");
    }
    return text;
  }

  /** By RFC 9068 a text with spaces in between; scp is what others call the claim. */
  private Set<String> scopes() {
    return Stream.of("scope", "scp")
        .flatMap(claim -> strings(claims.get(claim)).stream())
        .flatMap(text -> Arrays.stream(text.split(" ")))
        .filter(scope -> !scope.isEmpty())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Of a text, or of a list; anything else in it is left out. */
  private static List<String> strings(@Nullable Object value) {
    return switch (value) {
      case String text -> List.of(text);
      case List<?> list ->
          list.stream().filter(String.class::isInstance).map(String.class::cast).toList();
      case null, default -> List.of();
    };
  }

  private static TokenRefusedException refused(TokenDefect defect, String why) {
    return new TokenRefusedException(defect, why);
  }
}
