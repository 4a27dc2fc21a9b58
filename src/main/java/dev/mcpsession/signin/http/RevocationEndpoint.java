package dev.mcpsession.signin.http;

import dev.mcpsession.gateway.site.SiteAnswer;
import dev.mcpsession.gateway.site.SiteRequest;
import dev.mcpsession.signin.identity.Endings;
import dev.mcpsession.signin.identity.SignIn;
import dev.mcpsession.signin.identity.SignInEvents;
import dev.mcpsession.signin.identity.SignIns;
import dev.mcpsession.signin.identity.StoreException;
import dev.mcpsession.signin.key.KeyRing;
import dev.mcpsession.signin.key.SignInKeys;
import dev.mcpsession.signin.token.LocalTokens;
import dev.mcpsession.signin.token.TokenRules;
import dev.mcpsession.signin.token.TokenRules.Revocation;
import dev.mcpsession.signin.web.Endpoint;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends sign-ins for their clients (RFC 7009): that of a refresh token, or of an access token, which
 * are good only together.
 */
final class RevocationEndpoint implements Endpoint {
  private static final Logger log = LoggerFactory.getLogger(RevocationEndpoint.class);

  private final TokenRules rules;
  private final LocalTokens accessTokens;
  private final KeyRing keyRing;
  private final SignIns signIns;
  private final Endings endings;
  private final SignInEvents events;
  private final InstantSource clock;

  RevocationEndpoint(
      TokenRules rules,
      LocalTokens accessTokens,
      KeyRing keyRing,
      SignIns signIns,
      Endings endings,
      SignInEvents events,
      InstantSource clock) {
    this.rules = rules;
    this.accessTokens = accessTokens;
    this.keyRing = keyRing;
    this.signIns = signIns;
    this.endings = endings;
    this.events = events;
    this.clock = clock;
  }

  @Override
  public SiteAnswer answer(SiteRequest request) {
    if (!request.method().equals("POST")) {
      return OAuthAnswers.onlyMethod("POST");
    }
    try {
      ClientForm form = ClientForm.read(request);
      return revoke(form.get("client_id"), form.get("token"));
    } catch (ClientForm.RefusedException e) {
      return e.answer(SignInEvents.Place.revoke, events);
    } catch (StoreException e) {
      log.warn("A token was not revoked: {}", e.getMessage());
      return OAuthAnswers.error(e);
    }
  }

  private SiteAnswer revoke(String clientId, String token) throws StoreException {
    SignInKeys keys = keyRing.keys();
    Optional<String> id =
        TokenRules.signInId(token, keys)
            .or(() -> accessTokens.signInId(token, keys, clock.instant()));
    Optional<SignIn> read = id.isEmpty() ? Optional.empty() : signIns.read(id.get());
    return switch (rules.revoke(clientId, read)) {
      case Revocation.Ends ends -> {
        endings.endSignIn(ends.signIn());
        yield done();
      }
      case Revocation.Nothing nothing -> done();
      case Revocation.Denied denied -> {
        events.refused(SignInEvents.Place.revoke, denied.refused().code());
        yield OAuthAnswers.error(denied.refused().code(), denied.refused().why());
      }
    };
  }

  private static SiteAnswer done() {
    return SiteAnswer.of(200).with("Cache-Control", "no-store");
  }
}
