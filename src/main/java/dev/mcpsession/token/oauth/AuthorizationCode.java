package dev.mcpsession.token.oauth;

import java.net.URI;
import java.util.List;

/**
 * An authorization code (RFC 6749, section 4.1), and what it has to be redeemed with.
 *
 * @param redirectUri that the user came back to
 * @param verifier of PKCE (RFC 7636), 43 to 128 characters
 * @param audience as it was asked for
 * @param resource as it was asked for (RFC 8707)
 */
public record AuthorizationCode(
    String value, URI redirectUri, String verifier, List<String> audience, List<String> resource) {
  public AuthorizationCode {
    audience = List.copyOf(audience);
    resource = List.copyOf(resource);
  }

  /** Leaves code and verifier out. */
  @Override
  public String toString() {
    return "AuthorizationCode";
  }
}
