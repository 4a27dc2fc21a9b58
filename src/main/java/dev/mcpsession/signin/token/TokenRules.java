package dev.mcpsession.signin.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.oauth2.sdk.pkce.CodeChallenge;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.signin.identity.OAuthErrorCode;
import dev.mcpsession.signin.identity.SignIn;
import dev.mcpsession.signin.identity.SignIn.RefreshState;
import dev.mcpsession.signin.identity.SignInLimits;
import dev.mcpsession.signin.identity.TextHash;
import dev.mcpsession.signin.key.SignInKeys;
import dev.mcpsession.signin.token.TokenDecision.Refused;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * PURE. What codes and refresh tokens are worth.
 *
 * @param resourceUrls the URL that a resource's tokens are for
 * @param limits of sign-ins
 */
public record TokenRules(Function<McpResource, String> resourceUrls, SignInLimits limits) {
  /** How long a refresh token that was replaced still gets the answer that may have been lost. */
  public static final Duration REPEATABLE = Duration.ofSeconds(30);

  private static final Refused BAD_CODE =
      new Refused(
          OAuthErrorCode.invalid_grant,
          "the code is not one of this server, or has expired; begin again");
  private static final Refused BAD_REFRESH_TOKEN =
      new Refused(
          OAuthErrorCode.invalid_grant,
          "the refresh token is not one of this server, or its sign-in has ended; sign in again");
  private static final Refused OTHER_CLIENT =
      new Refused(OAuthErrorCode.invalid_grant, "this was issued to another client");
  private static final Refused BAD_VERIFIER =
      new Refused(
          OAuthErrorCode.invalid_grant, "the code_verifier is not that of the code_challenge");
  private static final Refused BAD_TARGET =
      new Refused(
          OAuthErrorCode.invalid_target, "the resource is not the one that the user agreed to");

  /** What sign-ins and codes remember of a client id: SHA-256, 64 hexadecimal digits. */
  public static String clientHash(String clientId) {
    return TextHash.of(clientId);
  }

  /**
   * Of a request with a code. A redirect_uri that is sent must be the code's. It may be missing,
   * though RFC 6749, section 4.1.3, wants it: OAuth 2.1 has removed it, since without the
   * code_verifier nobody can use a code that was injected.
   */
  public TokenDecision.OfCode exchange(
      TokenRequest.Exchange request, SignInKeys keys, Instant now) {
    Optional<AuthorizationCode> opened = AuthorizationCode.open(keys, request.code());
    if (opened.isEmpty() || !now.isBefore(opened.get().expiresAt())) {
      return BAD_CODE;
    }
    AuthorizationCode code = opened.get();
    if (!clientHash(request.clientId()).equals(code.client().idHash())) {
      return OTHER_CLIENT;
    }
    if (request.redirectUri().filter(uri -> !uri.equals(code.redirectUri())).isPresent()) {
      return new Refused(
          OAuthErrorCode.invalid_grant, "the redirect_uri is not that of the authorization");
    }
    if (request.codeVerifier().isEmpty()) {
      return new Refused(OAuthErrorCode.invalid_request, "the parameter code_verifier is missing");
    }
    if (!verifies(request.codeVerifier().get(), code.codeChallenge())) {
      return BAD_VERIFIER;
    }
    if (!isFor(code.resource(), request)) {
      return BAD_TARGET;
    }
    return begin(AuthorizationCode.signInId(request.code()), code, keys, now);
  }

  private static boolean verifies(String verifier, String challenge) {
    try {
      String computed =
          CodeChallenge.compute(CodeChallengeMethod.S256, new CodeVerifier(verifier)).getValue();
      return MessageDigest.isEqual(computed.getBytes(UTF_8), challenge.getBytes(UTF_8));
    } catch (IllegalArgumentException e) {
      return false; // RFC 7636, section 4.1: 43 to 128 characters, and not any
    }
  }

  private static TokenDecision.OfCode begin(
      String id, AuthorizationCode code, SignInKeys keys, Instant now) {
    String token = RefreshTokens.of(keys, id, 1, now);
    SignIn signIn =
        new SignIn(
            id,
            code.person(),
            Optional.of(code.resource()),
            Optional.of(code.client()),
            code.scopes(),
            now,
            now,
            new RefreshState(1, RefreshTokens.hash(token), Optional.empty(), now),
            false,
            Optional.empty());
    return new TokenDecision.Begin(signIn, token, code.scopes());
  }

  /** The id of the sign-in that a refresh token is of; empty: this gateway has not made it. */
  public static Optional<String> signInId(String refreshToken, SignInKeys keys) {
    return RefreshTokens.genuine(keys, refreshToken).map(RefreshTokens.Genuine::id);
  }

  /**
   * Of a request with a refresh token.
   *
   * @param read the sign-in by {@link #signInId}, as the API server has it now; empty: it has none
   */
  public TokenDecision.OfRefreshToken refresh(
      TokenRequest.Refresh request, Optional<SignIn> read, SignInKeys keys, Instant now) {
    Optional<RefreshTokens.Genuine> token = RefreshTokens.genuine(keys, request.refreshToken());
    Optional<SignIn> signIn = read.filter(it -> !isOver(it, now));
    if (token.isEmpty() || signIn.isEmpty() || !signIn.get().id().equals(token.get().id())) {
      return BAD_REFRESH_TOKEN;
    }
    if (!isOf(signIn.get(), request.clientId())) {
      return OTHER_CLIENT;
    }
    RefreshState state = signIn.get().refresh();
    String hash = RefreshTokens.hash(request.refreshToken());
    if (hash.equals(state.currentHash())) {
      return fitting(request, signIn.get())
          .orElseGet(() -> rotate(request, signIn.get(), keys, now));
    }
    boolean mayRepeat =
        state.previousHash().equals(Optional.of(hash))
            && now.isBefore(state.rotatedAt().plus(REPEATABLE));
    if (mayRepeat) {
      return fitting(request, signIn.get()).orElseGet(() -> repeat(request, signIn.get(), keys));
    }
    return token.get().generation() < state.generation()
        ? new TokenDecision.Reused(signIn.get())
        : BAD_REFRESH_TOKEN;
  }

  /** Whether a sign-in has ended, also if nobody has noticed that yet. */
  private boolean isOver(SignIn signIn, Instant now) {
    return signIn.isEnded() || limits.areOver(signIn, now);
  }

  private static boolean isOf(SignIn signIn, String clientId) {
    String hash = clientHash(clientId);
    return signIn.client().filter(client -> client.idHash().equals(hash)).isPresent();
  }

  /** The refusal of a request for more than was granted; empty: it asks for no more. */
  private Optional<TokenDecision.OfRefreshToken> fitting(
      TokenRequest.Refresh request, SignIn signIn) {
    if (signIn.resource().filter(resource -> isFor(resource, request)).isEmpty()) {
      return Optional.of(BAD_TARGET);
    }
    return new HashSet<>(signIn.scopes()).containsAll(request.scopes())
        ? Optional.empty()
        : Optional.of(
            new Refused(OAuthErrorCode.invalid_scope, "a scope was asked for that is not granted"));
  }

  private boolean isFor(McpResource resource, TokenRequest request) {
    String url = resourceUrls.apply(resource);
    return request.resources().stream().allMatch(url::equals);
  }

  private static TokenDecision.OfRefreshToken rotate(
      TokenRequest.Refresh request, SignIn signIn, SignInKeys keys, Instant now) {
    RefreshState state = signIn.refresh();
    int generation = state.generation() + 1;
    String token = RefreshTokens.of(keys, signIn.id(), generation, now);
    RefreshState next =
        new RefreshState(
            generation, RefreshTokens.hash(token), Optional.of(state.currentHash()), now);
    return new TokenDecision.Rotate(signIn.used(next, now), token, scopes(request, signIn));
  }

  private static TokenDecision.OfRefreshToken repeat(
      TokenRequest.Refresh request, SignIn signIn, SignInKeys keys) {
    return RefreshTokens.current(keys, signIn)
        .<TokenDecision.OfRefreshToken>map(
            token -> new TokenDecision.Repeat(signIn, token, scopes(request, signIn)))
        .orElse(BAD_REFRESH_TOKEN);
  }

  private static List<String> scopes(TokenRequest.Refresh request, SignIn signIn) {
    return request.scopes().isEmpty() ? signIn.scopes() : request.scopes();
  }

  /** What is to be done with a request for revocation (RFC 7009). */
  public sealed interface Revocation {
    /** The sign-in that the token is of is to be ended. */
    record Ends(SignIn signIn) implements Revocation {}

    /** There is nothing to end, which is a success. */
    record Nothing() implements Revocation {}

    /** It is another client's. */
    record Denied(Refused refused) implements Revocation {}
  }

  /**
   * Of a request for revocation.
   *
   * @param read the sign-in that the token is of, as the API server has it now; empty: there is
   *     none, or the token is not one of this gateway
   */
  public Revocation revoke(String clientId, Optional<SignIn> read) {
    Optional<SignIn> signIn = read.filter(it -> !it.isEnded());
    if (signIn.isEmpty()) {
      return new Revocation.Nothing();
    }
    return isOf(signIn.get(), clientId)
        ? new Revocation.Ends(signIn.get())
        : new Revocation.Denied(OTHER_CLIENT);
  }
}
