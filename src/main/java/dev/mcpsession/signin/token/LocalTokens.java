package dev.mcpsession.signin.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpsession.gateway.auth.BearerToken;
import dev.mcpsession.gateway.auth.IssuerKeySet;
import dev.mcpsession.gateway.auth.TokenDefect;
import dev.mcpsession.gateway.auth.TokenRefusedException;
import dev.mcpsession.signin.key.SignInKeys;
import java.text.ParseException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Verifies signatures of the gateway's own access tokens. Thread-safe. */
public final class LocalTokens {
  private final AccessTokens accessTokens;
  private volatile @Nullable Known known;

  public LocalTokens(AccessTokens accessTokens) {
    this.accessTokens = accessTokens;
  }

  /** Public keys, parsed once for as long as there are no others. */
  private record Known(SignInKeys keys, IssuerKeySet published) {}

  /** Whether a token says that it is the gateway's own, which is not verified. */
  public boolean isOwn(BearerToken token) {
    return token.issuer().equals(accessTokens.issuer());
  }

  /**
   * The claims of a token that the gateway has signed as an access token; nothing in them is
   * judged.
   *
   * @throws TokenRefusedException if it has not
   */
  public Map<String, Object> verify(BearerToken token, SignInKeys keys)
      throws TokenRefusedException {
    if (!AccessTokens.TYPE.equals(token.header().getType())) {
      throw new TokenRefusedException(
          TokenDefect.token_type, "the token's header typ is not at+jwt");
    }
    return switch (published(keys).verify(token)) {
      case VALID -> token.claims();
      case INVALID ->
          throw new TokenRefusedException(
              TokenDefect.token_signature, "the token's signature is not of the gateway's key");
      case WRONG_ALGORITHM ->
          throw new TokenRefusedException(
              TokenDefect.token_algorithm,
              "the token is signed with an algorithm that the gateway's key is not for");
      case UNKNOWN_KEY ->
          throw new TokenRefusedException(
              TokenDefect.token_key, "the token is signed with a key that the gateway has no more");
    };
  }

  /**
   * The sign-in of an access token.
   *
   * @return empty if the gateway has not made it, or it has expired
   */
  public Optional<String> signInId(String token, SignInKeys keys, Instant now) {
    try {
      BearerToken parsed = BearerToken.parse(token);
      return isOwn(parsed) ? accessTokens.signInId(verify(parsed, keys), now) : Optional.empty();
    } catch (TokenRefusedException e) {
      return Optional.empty();
    }
  }

  private IssuerKeySet published(SignInKeys keys) {
    Known last = known;
    if (last == null || last.keys() != keys) {
      last = new Known(keys, parsed(keys));
      known = last;
    }
    return last.published();
  }

  private static IssuerKeySet parsed(SignInKeys keys) {
    try {
      return IssuerKeySet.parse(keys.published().getBytes(UTF_8));
    } catch (ParseException e) {
      throw new IllegalStateException("the gateway's own JWK set cannot be read", e);
    }
  }
}
