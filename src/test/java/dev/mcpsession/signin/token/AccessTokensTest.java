package dev.mcpsession.signin.token;

import static dev.mcpsession.signin.token.SomeSignIn.CLIENT;
import static dev.mcpsession.signin.token.SomeSignIn.ISSUER;
import static dev.mcpsession.signin.token.SomeSignIn.NOW;
import static dev.mcpsession.signin.token.SomeSignIn.RESOURCE;
import static dev.mcpsession.signin.token.SomeSignIn.RESOURCE_URL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.mcpsession.gateway.auth.BearerToken;
import dev.mcpsession.gateway.auth.Caller;
import dev.mcpsession.gateway.auth.TokenRefusedException;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.route.User;
import dev.mcpsession.gateway.session.SessionName;
import dev.mcpsession.signin.identity.SignIn;
import dev.mcpsession.signin.key.SignInKeys;
import dev.mcpsession.signin.token.AccessTokens.Content;
import dev.mcpsession.signin.token.TokenRequest.Exchange;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AccessTokensTest {
  private final SignInKeys keys = SignInKeys.generated(NOW, new SecureRandom());
  private final AccessTokens tokens = SomeSignIn.accessTokens();
  private final LocalTokens local = new LocalTokens(tokens);
  private final SignIn signIn = begun();
  private final String token = tokens.mint(keys, signIn, CLIENT, List.of("mcp", "more"), NOW);

  @Test
  void aTokenIsAsRfc9068WantsIt() throws Exception {
    SignedJWT parsed = SignedJWT.parse(token);
    JWTClaimsSet claims = parsed.getJWTClaimsSet();
    assertThat(parsed.getHeader().getType().getType()).isEqualTo("at+jwt");
    assertThat(parsed.getHeader().getAlgorithm().getName()).isEqualTo("ES256");
    assertThat(claims.getIssuer()).isEqualTo(ISSUER);
    assertThat(claims.getAudience()).containsExactly(RESOURCE_URL);
    assertThat(claims.getSubject()).isEqualTo(SessionName.ownerHash(SomeSignIn.OWNER));
    assertThat(claims.getStringClaim("client_id")).isEqualTo(CLIENT);
    assertThat(claims.getStringClaim("sid")).isEqualTo(signIn.id());
    assertThat(claims.getStringClaim("scope")).isEqualTo("mcp more");
    assertThat(claims.getIssueTime().toInstant()).isEqualTo(NOW);
    assertThat(claims.getExpirationTime().toInstant()).isEqualTo(NOW.plusSeconds(600));
    assertThat(claims.getJWTID())
        .isNotEqualTo(
            SignedJWT.parse(tokens.mint(keys, signIn, CLIENT, List.of(), NOW))
                .getJWTClaimsSet()
                .getJWTID());
  }

  @Test
  void aTokenSpeaksForItsUser() throws Exception {
    assertThat(tokens.judge(verified(keys), RESOURCE, NOW))
        .isEqualTo(
            new Content(
                new Caller(
                    new User(SomeSignIn.OWNER, "alice"),
                    Set.of("staff", "git"),
                    Set.of("mcp", "more"),
                    Set.of(),
                    NOW.plusSeconds(600)),
                signIn.id(),
                NOW));
  }

  @Test
  void aTokenIsForItsResourceOnly() {
    assertThatThrownBy(() -> tokens.judge(verified(keys), new McpResource("team", "other"), NOW))
        .isInstanceOf(TokenRefusedException.class)
        .hasMessageContaining("not for this resource");
  }

  @Test
  void aTokenIsVerifiedWithAllKeysThatThereAre() throws Exception {
    SignInKeys rotated = keys.rotated(NOW, SomeSignIn.ABSOLUTE, new SecureRandom()).keys();
    assertThat(verified(rotated)).isEqualTo(verified(keys));
    SignInKeys others = SignInKeys.generated(NOW, new SecureRandom());
    assertThatThrownBy(() -> verified(others))
        .isInstanceOf(TokenRefusedException.class)
        .hasMessageContaining("a key that the gateway has no more");
  }

  @Test
  void whatIsSignedForSomethingElseIsNoAccessToken() {
    JWTClaimsSet claims = new JWTClaimsSet.Builder().issuer(ISSUER).build();
    String other = keys.sign(new JOSEObjectType("jwt"), claims, NOW);
    assertThatThrownBy(() -> local.verify(BearerToken.parse(other), keys))
        .isInstanceOf(TokenRefusedException.class)
        .hasMessageContaining("typ is not at+jwt");
  }

  @Test
  void aTokenTellsItsSignInUntilItExpires() {
    Instant expiry = NOW.plusSeconds(600);
    assertThat(local.signInId(token, keys, expiry.minusNanos(1))).hasValue(signIn.id());
    assertThat(local.signInId(token, keys, expiry)).isEmpty();
    assertThat(local.signInId(token + "A", keys, NOW)).isEmpty();
    assertThat(local.signInId("x", keys, NOW)).isEmpty();
    assertThat(local.signInId(token, SignInKeys.generated(NOW, new SecureRandom()), NOW)).isEmpty();
  }

  private Map<String, Object> verified(SignInKeys with) throws TokenRefusedException {
    return local.verify(BearerToken.parse(token), with);
  }

  private SignIn begun() {
    Exchange exchange =
        new Exchange(
            CLIENT,
            SomeSignIn.code().seal(keys, NOW),
            Optional.empty(),
            Optional.of(SomeSignIn.VERIFIER),
            List.of());
    return ((TokenDecision.Begin) SomeSignIn.rules().exchange(exchange, keys, NOW)).signIn();
  }
}
