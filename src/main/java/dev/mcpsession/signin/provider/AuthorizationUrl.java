package dev.mcpsession.signin.provider;

import com.nimbusds.oauth2.sdk.AuthorizationRequest;
import dev.mcpsession.config.EndpointUrl;
import java.net.URI;

/** PURE. Where a user is sent to. */
final class AuthorizationUrl {
  private AuthorizationUrl() {}

  /**
   * An endpoint with the parameters of a request beside its own, which stay as they are written;
   * Nimbus would decode them.
   */
  static URI of(EndpointUrl endpoint, AuthorizationRequest request) {
    URI uri = endpoint.uri();
    return URI.create(uri + (uri.getRawQuery() == null ? "?" : "&") + request.toQueryString());
  }
}
