package dev.mcpsession.signin.access;

import dev.mcpsession.gateway.auth.Authentication;
import dev.mcpsession.gateway.auth.Authenticator;
import dev.mcpsession.gateway.auth.BearerToken;
import dev.mcpsession.gateway.auth.TokenDefect;
import dev.mcpsession.gateway.auth.TokenRefusedException;
import dev.mcpsession.gateway.auth.VerifiedTokens;
import dev.mcpsession.gateway.auth.VerifiedTokens.Verified;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.signin.identity.SignIn;
import dev.mcpsession.signin.identity.SignIns;
import dev.mcpsession.signin.key.KeyRing;
import dev.mcpsession.signin.token.AccessTokens;
import dev.mcpsession.signin.token.AccessTokens.Content;
import dev.mcpsession.signin.token.LocalTokens;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Accepts the gateway's own access tokens while their sign-in has not ended, which is looked up for
 * each request; tokens of other issuers are judged elsewhere.
 */
public final class SignInAuthenticator implements Authenticator {
  /** By then the cache has a sign-in that has just begun; so old a token's is gone. */
  static final Duration UNTIL_CACHED = Duration.ofSeconds(60);

  private static final Authentication.Rejected ENDED =
      new Authentication.Rejected(
          TokenDefect.token_sign_in_ended, "the sign-in of this token has ended; sign in again");

  private final AccessTokens accessTokens;
  private final LocalTokens localTokens;
  private final KeyRing keyRing;
  private final SignIns signIns;
  private final LiveSignIns live;
  private final Optional<Authenticator> others;
  private final InstantSource clock;
  private final VerifiedTokens verified = new VerifiedTokens();

  /**
   * @param others for tokens of other issuers; empty: none is accepted
   * @param background for reading from the API server, which blocks
   */
  public SignInAuthenticator(
      AccessTokens accessTokens,
      KeyRing keyRing,
      SignIns signIns,
      Optional<Authenticator> others,
      InstantSource clock,
      Executor background) {
    this.accessTokens = accessTokens;
    this.localTokens = new LocalTokens(accessTokens);
    this.keyRing = keyRing;
    this.signIns = signIns;
    this.live = new LiveSignIns(signIns, background);
    this.others = others;
    this.clock = clock;
  }

  @Override
  public CompletionStage<Authentication> authenticate(
      @Nullable String authorization, McpResource resource) {
    Optional<String> sent =
        authorization == null ? Optional.empty() : BearerToken.in(authorization);
    if (sent.isEmpty()) {
      return completed(new Authentication.Missing());
    }
    Instant now = clock.instant();
    ByteBuffer hash = VerifiedTokens.hash(sent.get());
    try {
      Optional<Verified> known = verified.find(hash, now);
      if (known.isPresent()) {
        return judged(accessTokens.judge(known.get().claims(), resource, now), resource, now);
      }
      BearerToken token = BearerToken.parse(sent.get());
      if (!localTokens.isOwn(token)) {
        return judgedElsewhere(authorization, resource);
      }
      Map<String, Object> claims = localTokens.verify(token, keyRing.keys());
      Content content = accessTokens.judge(claims, resource, now);
      verified.add(
          hash, new Verified(accessTokens.settings(), claims), content.caller().expiresAt(), now);
      return judged(content, resource, now);
    } catch (TokenRefusedException e) {
      return completed(e.rejected());
    }
  }

  private CompletionStage<Authentication> judgedElsewhere(
      @Nullable String authorization, McpResource resource) {
    return others.isPresent()
        ? others.get().authenticate(authorization, resource)
        : completed(
            new Authentication.Rejected(
                TokenDefect.token_issuer,
                "the token is of an issuer that is not accepted here; sign in at this server"));
  }

  private CompletionStage<Authentication> judged(
      Content content, McpResource resource, Instant now) {
    String id = content.signInId();
    Optional<SignIn> known = signIns.find(id);
    boolean mayHaveJustBegun =
        !signIns.isKnownToHaveEnded(id) && now.isBefore(content.issuedAt().plus(UNTIL_CACHED));
    if (known.isPresent() || !mayHaveJustBegun) {
      return completed(judged(content, known, resource));
    }
    return live.read(id)
        .thenApply(
            answer ->
                switch (answer) {
                  case LiveSignIns.Read(Optional<SignIn> read) -> judged(content, read, resource);
                  case LiveSignIns.Unknown unknown ->
                      new Authentication.Undecided(
                          "it cannot be found out now whether the sign-in of this token has ended;"
                              + " try again later");
                });
  }

  private static Authentication judged(
      Content content, Optional<SignIn> signIn, McpResource resource) {
    if (signIn.isEmpty() || signIn.get().isEnded()) {
      return ENDED;
    }
    return signIn.get().resource().equals(Optional.of(resource))
        ? new Authentication.Authenticated(content.caller())
        : new Authentication.Rejected(
            TokenDefect.token_audience, "the sign-in of this token is for another resource");
  }

  private static CompletionStage<Authentication> completed(Authentication result) {
    return CompletableFuture.completedStage(result);
  }
}
