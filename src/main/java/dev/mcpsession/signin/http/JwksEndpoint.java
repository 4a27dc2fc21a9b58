package dev.mcpsession.signin.http;

import dev.mcpsession.gateway.site.SiteAnswer;
import dev.mcpsession.gateway.site.SiteRequest;
import dev.mcpsession.signin.key.KeyRing;
import dev.mcpsession.signin.web.Endpoint;
import java.util.Set;

/** Publishes the keys that access tokens can be verified with (RFC 7517). */
final class JwksEndpoint implements Endpoint {
  /** Shorter than a new key is there before it is used, so that nobody misses one. */
  private static final String MAX_AGE = "max-age=15";

  private final KeyRing keyRing;

  JwksEndpoint(KeyRing keyRing) {
    this.keyRing = keyRing;
  }

  @Override
  public SiteAnswer answer(SiteRequest request) {
    return Set.of("GET", "HEAD").contains(request.method())
        ? SiteAnswer.of(200, "application/json", keyRing.keys().published())
            .with("Cache-Control", MAX_AGE)
        : OAuthAnswers.onlyMethod("GET, HEAD");
  }
}
