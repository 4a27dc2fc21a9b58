package dev.mcpsession.signin.authorize;

import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationErrorResponse;
import com.nimbusds.oauth2.sdk.AuthorizationSuccessResponse;
import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.ResponseMode;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * PURE. Where the user's browser takes an answer to the client (RFC 6749 section 4.1.2, RFC 9207).
 *
 * @param uri the client's redirect URI
 * @param state that the client sent; empty: none
 */
public record ClientRedirect(String uri, Optional<String> state) {
  /** What error_description may not have (RFC 6749, section 4.1.2.1). */
  private static final Pattern UNFIT = Pattern.compile("[^\\x20\\x21\\x23-\\x5b\\x5d-\\x7e]");

  /** The URL with a code. */
  public String withCode(String code, String issuer) {
    return new AuthorizationSuccessResponse(
            URI.create(uri),
            new AuthorizationCode(code),
            null,
            stateOrNull(),
            new Issuer(issuer),
            ResponseMode.QUERY)
        .toURI()
        .toString();
  }

  /**
   * The URL with an error.
   *
   * @param error such as access_denied
   * @param description for whoever runs the client
   */
  public String withError(String error, String description, String issuer) {
    return new AuthorizationErrorResponse(
            URI.create(uri),
            new ErrorObject(error, UNFIT.matcher(description).replaceAll("'")),
            stateOrNull(),
            new Issuer(issuer),
            ResponseMode.QUERY)
        .toURI()
        .toString();
  }

  private @Nullable State stateOrNull() {
    return state.map(State::new).orElse(null);
  }

  /** Leaves out the state, which may be secret. */
  @Override
  public String toString() {
    return "ClientRedirect";
  }
}
