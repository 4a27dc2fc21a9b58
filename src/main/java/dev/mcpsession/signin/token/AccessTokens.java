package dev.mcpsession.signin.token;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.gateway.auth.Caller;
import dev.mcpsession.gateway.auth.ClaimsJudgement;
import dev.mcpsession.gateway.auth.IssuerSettings;
import dev.mcpsession.gateway.auth.TokenDefect;
import dev.mcpsession.gateway.auth.TokenRefusedException;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.route.User;
import dev.mcpsession.gateway.session.SessionName;
import dev.mcpsession.signin.identity.Person;
import dev.mcpsession.signin.identity.SignIn;
import dev.mcpsession.signin.key.SignInKeys;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The gateway's own access tokens: JWTs by RFC 9068, each for one resource, good only while the
 * sign-in that it names has not ended.
 */
public final class AccessTokens {
  /** The header typ of all of them (RFC 9068, section 2.1). */
  public static final JOSEObjectType TYPE = new JOSEObjectType("at+jwt");

  private static final String SIGN_IN = "sid";
  private static final String USER_ISSUER = "user_issuer";
  private static final String USER_SUBJECT = "user_subject";
  private static final String USER_NAME = "user_name";
  private static final String USER_GROUPS = "user_groups";
  private static final int JTI_BYTES = 16;

  private final IssuerSettings issuer;
  private final Function<McpResource, String> resourceUrls;
  private final Duration lifetime;
  private final SecureRandom random = new SecureRandom();

  /**
   * @param issuer the gateway, as its tokens name it
   * @param resourceUrls the URL that a resource's tokens are for
   * @param lifetime of each token
   */
  public AccessTokens(
      String issuer, Function<McpResource, String> resourceUrls, Duration lifetime) {
    this.issuer =
        new IssuerSettings(issuer, List.of(), null, USER_NAME, USER_GROUPS, List.of(), null);
    this.resourceUrls = resourceUrls;
    this.lifetime = lifetime;
  }

  /**
   * What a token says.
   *
   * @param signInId of the sign-in that must not have ended
   * @param issuedAt in whole seconds
   */
  public record Content(Caller caller, String signInId, Instant issuedAt) {}

  /** As tokens name it. */
  public String issuer() {
    return issuer.issuer();
  }

  /** How its signed claims are judged, but for what only this gateway's tokens have. */
  public IssuerSettings settings() {
    return issuer;
  }

  /** How long each token is good. */
  public Duration lifetime() {
    return lifetime;
  }

  /**
   * A new token. Secret.
   *
   * @param signIn of a client
   * @param clientId of the client, as it sends it
   * @param scopes those that were granted, or fewer
   */
  public String mint(
      SignInKeys keys, SignIn signIn, String clientId, List<String> scopes, Instant now) {
    Person person = signIn.person();
    JWTClaimsSet.Builder claims =
        new JWTClaimsSet.Builder()
            .issuer(issuer.issuer())
            .audience(resourceUrls.apply(signIn.resource().orElseThrow()))
            .subject(SessionName.ownerHash(person.owner()))
            .claim("client_id", clientId)
            .claim(SIGN_IN, signIn.id())
            .jwtID(newJti())
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plus(lifetime)))
            .claim(USER_ISSUER, person.owner().issuer())
            .claim(USER_SUBJECT, person.owner().subject())
            .claim(USER_NAME, person.name());
    if (!scopes.isEmpty()) {
      claims.claim("scope", String.join(" ", scopes));
    }
    if (!person.groups().isEmpty()) {
      claims.claim(USER_GROUPS, person.groups().stream().sorted().toList());
    }
    return keys.sign(TYPE, claims.build(), now);
  }

  private String newJti() {
    byte[] bytes = new byte[JTI_BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /**
   * What the claims of a token say.
   *
   * @param claims signed by the gateway, under the header typ {@link #TYPE}
   * @throws TokenRefusedException if they do not speak for anybody here and now
   */
  public Content judge(Map<String, Object> claims, McpResource resource, Instant now)
      throws TokenRefusedException {
    Caller caller = ClaimsJudgement.judge(claims, issuer, resourceUrls.apply(resource), now);
    Owner owner = new Owner(text(claims, USER_ISSUER), text(claims, USER_SUBJECT));
    return new Content(
        new Caller(
            new User(owner, caller.user().name()),
            caller.groups(),
            caller.scopes(),
            caller.requiredScopes(),
            caller.expiresAt()),
        text(claims, SIGN_IN),
        issuedAt(claims));
  }

  /**
   * The sign-in that a token belongs to, whatever it is for.
   *
   * @param claims signed by the gateway
   * @return empty if the token has expired, so that it is not worth anything any more
   */
  public Optional<String> signInId(Map<String, Object> claims, Instant now) {
    return claims.get("exp") instanceof Number expiry
            && now.isBefore(Instant.ofEpochSecond(expiry.longValue()))
            && claims.get(SIGN_IN) instanceof String id
        ? Optional.of(id)
        : Optional.empty();
  }

  private static Instant issuedAt(Map<String, Object> claims) throws TokenRefusedException {
    if (claims.get("iat") instanceof Number seconds) {
      return Instant.ofEpochSecond(seconds.longValue());
    }
    throw missing("iat");
  }

  private static String text(Map<String, Object> claims, String name) throws TokenRefusedException {
    if (claims.get(name) instanceof String text) {
      return text;
    }
    throw missing(name);
  }

  private static TokenRefusedException missing(String name) {
    return new TokenRefusedException(
        TokenDefect.token_claims, "the token has no " + name + "; sign in again");
  }
}
