package dev.mcpsession.signin.client;

import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.client.RegistrationError;

/** What a client says of itself cannot be used (RFC 7591, section 3.2.2). */
public final class RefusedMetadataException extends Exception {
  private final transient ErrorObject error;

  private RefusedMetadataException(ErrorObject error, String message) {
    super(message);
    this.error = error.setDescription(message);
  }

  /**
   * @param message for whoever wrote the client, in ASCII without quotes and backslashes
   */
  static RefusedMetadataException redirectUri(String message) {
    return new RefusedMetadataException(RegistrationError.INVALID_REDIRECT_URI, message);
  }

  /** Like {@link #redirectUri}. */
  static RefusedMetadataException metadata(String message) {
    return new RefusedMetadataException(RegistrationError.INVALID_CLIENT_METADATA, message);
  }

  /** With the code invalid_redirect_uri or invalid_client_metadata, and the message. */
  public ErrorObject error() {
    return error;
  }
}
