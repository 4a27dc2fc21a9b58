package dev.mcpsession.signin.http;

import com.nimbusds.oauth2.sdk.GrantType;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.session.SessionName;
import dev.mcpsession.gateway.site.SiteAnswer;
import dev.mcpsession.gateway.site.SiteRequest;
import dev.mcpsession.signin.identity.OAuthErrorCode;
import dev.mcpsession.signin.identity.SignIn;
import dev.mcpsession.signin.identity.SignInEvents;
import dev.mcpsession.signin.identity.SignInEvents.Exchange;
import dev.mcpsession.signin.identity.SignInEvents.Kind;
import dev.mcpsession.signin.identity.SignIns;
import dev.mcpsession.signin.identity.StoreException;
import dev.mcpsession.signin.key.KeyRing;
import dev.mcpsession.signin.key.SignInKeys;
import dev.mcpsession.signin.token.AccessTokens;
import dev.mcpsession.signin.token.TokenDecision;
import dev.mcpsession.signin.token.TokenRequest;
import dev.mcpsession.signin.token.TokenRules;
import dev.mcpsession.signin.web.Endpoint;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives tokens for codes and refresh tokens (RFC 6749, sections 3.2, 4.1.3 and 6). */
final class TokenEndpoint implements Endpoint {
  /** Each time another replica has changed the sign-in meanwhile; more is a fault. */
  private static final int TRIES = 5;

  private static final Logger log = LoggerFactory.getLogger(TokenEndpoint.class);

  private final TokenRules rules;
  private final AccessTokens accessTokens;
  private final KeyRing keyRing;
  private final SignIns signIns;
  private final SignInEvents events;
  private final InstantSource clock;

  TokenEndpoint(
      TokenRules rules,
      AccessTokens accessTokens,
      KeyRing keyRing,
      SignIns signIns,
      SignInEvents events,
      InstantSource clock) {
    this.rules = rules;
    this.accessTokens = accessTokens;
    this.keyRing = keyRing;
    this.signIns = signIns;
    this.events = events;
    this.clock = clock;
  }

  @Override
  public SiteAnswer answer(SiteRequest request) {
    if (!request.method().equals("POST")) {
      return OAuthAnswers.onlyMethod("POST");
    }
    try {
      return switch (read(ClientForm.read(request))) {
        case TokenRequest.Exchange exchange -> stored(Kind.code, () -> exchange(exchange));
        case TokenRequest.Refresh refresh -> stored(Kind.refresh_token, () -> refresh(refresh));
      };
    } catch (ClientForm.RefusedException e) {
      return e.answer(SignInEvents.Place.token, events);
    }
  }

  /** An answer that depends on what is stored. */
  @FunctionalInterface
  private interface Stored {
    SiteAnswer answer() throws StoreException;
  }

  private SiteAnswer stored(Kind kind, Stored asked) {
    try {
      return asked.answer();
    } catch (StoreException e) {
      log.warn("A request for tokens was not answered: {}", e.getMessage());
      events.exchanged(kind, Exchange.failed);
      return OAuthAnswers.error(e);
    }
  }

  private static TokenRequest read(ClientForm form) throws ClientForm.RefusedException {
    String type = form.get("grant_type");
    List<String> resources = form.parameters().all("resource");
    if (type.equals(GrantType.AUTHORIZATION_CODE.getValue())) {
      return new TokenRequest.Exchange(
          form.get("client_id"),
          form.get("code"),
          form.find("redirect_uri"),
          form.find("code_verifier"),
          resources);
    }
    if (type.equals(GrantType.REFRESH_TOKEN.getValue())) {
      return new TokenRequest.Refresh(
          form.get("client_id"), form.get("refresh_token"), scopes(form.find("scope")), resources);
    }
    throw new ClientForm.RefusedException(
        OAuthErrorCode.unsupported_grant_type,
        "grant_type must be authorization_code or refresh_token");
  }

  private static List<String> scopes(Optional<String> parameter) {
    return Arrays.stream(parameter.orElse("").split(" ")).filter(it -> !it.isEmpty()).toList();
  }

  private SiteAnswer exchange(TokenRequest.Exchange request) throws StoreException {
    Instant now = clock.instant();
    SignInKeys keys = keyRing.keys();
    return switch (rules.exchange(request, keys, now)) {
      case TokenDecision.Begin begin when signIns.create(begin.signIn()) ->
          tokens(begin, request, Kind.code, Exchange.issued, keys, now);
      case TokenDecision.Begin begin -> reused(begin.signIn(), Kind.code);
      case TokenDecision.Refused refused -> refused(refused, Kind.code);
    };
  }

  private SiteAnswer refresh(TokenRequest.Refresh request) throws StoreException {
    for (int tries = 0; tries < TRIES; tries++) {
      Instant now = clock.instant();
      SignInKeys keys = keyRing.keys();
      Optional<String> id = TokenRules.signInId(request.refreshToken(), keys);
      Optional<SignIn> read = id.isEmpty() ? Optional.empty() : signIns.read(id.get());
      switch (rules.refresh(request, read, keys, now)) {
        case TokenDecision.Rotate rotate -> {
          if (signIns.replace(rotate.signIn()).isPresent()) {
            return tokens(rotate, request, Kind.refresh_token, Exchange.issued, keys, now);
          }
        }
        case TokenDecision.Repeat repeat -> {
          return tokens(repeat, request, Kind.refresh_token, Exchange.repeated, keys, now);
        }
        case TokenDecision.Reused reused -> {
          return reused(reused.signIn(), Kind.refresh_token);
        }
        case TokenDecision.Refused refused -> {
          return refused(refused, Kind.refresh_token);
        }
      }
    }
    events.exchanged(Kind.refresh_token, Exchange.failed);
    return OAuthAnswers.error(
        OAuthErrorCode.temporarily_unavailable, "the sign-in changes all the time; try again");
  }

  private SiteAnswer tokens(
      TokenDecision.Answer answer,
      TokenRequest request,
      Kind kind,
      Exchange outcome,
      SignInKeys keys,
      Instant now) {
    String accessToken =
        accessTokens.mint(keys, answer.signIn(), request.clientId(), answer.scopes(), now);
    events.exchanged(kind, outcome);
    return OAuthAnswers.tokens(
        accessToken, accessTokens.lifetime(), answer.refreshToken(), answer.scopes());
  }

  private SiteAnswer reused(SignIn signIn, Kind kind) throws StoreException {
    signIns.end(signIn.id());
    events.reused(kind);
    log.warn(
        "Sign-in {} of the owner {} for {} was ended, since a {} of it was used twice: either its"
            + " client is at fault, or somebody has got hold of it",
        signIn.id(),
        SessionName.ownerHash(signIn.person().owner()).substring(0, 16),
        signIn.resource().map(McpResource::toString).orElse("the account page"),
        kind == Kind.code ? "code" : "refresh token");
    return refused(
        new TokenDecision.Refused(
            OAuthErrorCode.invalid_grant, "this was used before; sign in again"),
        kind);
  }

  private SiteAnswer refused(TokenDecision.Refused refused, Kind kind) {
    events.exchanged(kind, Exchange.refused);
    events.refused(SignInEvents.Place.token, refused.code());
    return OAuthAnswers.error(refused.code(), refused.why());
  }
}
