package dev.mcpsession.signin.authorize;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.signin.identity.SignIn.ClientName;
import java.util.List;
import java.util.Optional;

/**
 * What a client asks for, valid in itself (RFC 6749 section 4.1.1, RFC 7636, RFC 8707).
 *
 * @param client who asks
 * @param documentHost of the client's metadata document; empty: it registered itself
 * @param redirectUri where the answer goes; it is the client's
 * @param state that the client gets back; empty: it sent none
 * @param codeChallenge of PKCE, by S256
 * @param resource the template that the token shall be for
 * @param scopes that the token shall have
 */
public record AuthorizationRequest(
    ClientName client,
    Optional<String> documentHost,
    String redirectUri,
    Optional<String> state,
    String codeChallenge,
    McpResource resource,
    List<String> scopes) {
  public AuthorizationRequest {
    scopes = List.copyOf(scopes);
  }

  /** Where errors are told. */
  @JsonIgnore
  public ClientRedirect redirect() {
    return new ClientRedirect(redirectUri, state);
  }

  /** Leaves out the state, which may be secret. */
  @Override
  public String toString() {
    return "AuthorizationRequest[" + resource + "]";
  }
}
