package dev.mcpsession.signin.http;

import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.client.RegistrationError;
import dev.mcpsession.gateway.site.SiteAnswer;
import dev.mcpsession.gateway.site.SiteRequest;
import dev.mcpsession.signin.client.RefusedMetadataException;
import dev.mcpsession.signin.client.Registration;
import dev.mcpsession.signin.identity.OAuthErrorCode;
import dev.mcpsession.signin.identity.SignInEvents;
import dev.mcpsession.signin.web.Endpoint;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;

/** Registers clients (RFC 7591, section 3). */
final class RegistrationEndpoint implements Endpoint {
  /** In bytes; a client's id holds 2,000 characters of it at most. */
  private static final int LONGEST_BODY = 64 * 1024;

  private final Optional<Registration> registration;
  private final SignInEvents events;
  private final InstantSource clock;

  /**
   * @param registration empty: the configuration lets no client register itself
   */
  RegistrationEndpoint(
      Optional<Registration> registration, SignInEvents events, InstantSource clock) {
    this.registration = registration;
    this.events = events;
    this.clock = clock;
  }

  @Override
  public SiteAnswer answer(SiteRequest request) {
    if (!request.method().equals("POST")) {
      return SiteAnswer.of(405).with("Allow", "POST");
    }
    if (registration.isEmpty()) {
      return error(
          OAuth2Error.ACCESS_DENIED,
          403,
          "Clients cannot register at this gateway; its administrator can allow it"
              + " (signIn.clients.dynamicRegistration).");
    }
    if (!isJson(request)) {
      return error(
          RegistrationError.INVALID_CLIENT_METADATA,
          400,
          "The metadata must come as application/json.");
    }
    byte[] body = request.body();
    if (body.length > LONGEST_BODY) {
      return error(
          RegistrationError.INVALID_CLIENT_METADATA,
          400,
          "The metadata is longer than " + LONGEST_BODY / 1024 + " KiB.");
    }
    try {
      String registered =
          registration.get().register(body, clock.instant()).toJSONObject().toJSONString();
      return json(201, registered);
    } catch (RefusedMetadataException e) {
      return refused(e.error(), 400);
    }
  }

  private static boolean isJson(SiteRequest request) {
    return request
        .header("Content-Type")
        .map(type -> type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
        .filter("application/json"::equals)
        .isPresent();
  }

  private SiteAnswer error(ErrorObject error, int status, String description) {
    return refused(error.setDescription(description), status);
  }

  private SiteAnswer refused(ErrorObject error, int status) {
    events.refused(SignInEvents.Place.register, OAuthErrorCode.valueOf(error.getCode()));
    return json(status, error.toJSONObject().toJSONString());
  }

  private static SiteAnswer json(int status, String text) {
    return SiteAnswer.of(status, "application/json; charset=utf-8", text)
        .with("Cache-Control", "no-store")
        .with("X-Content-Type-Options", "nosniff");
  }
}
