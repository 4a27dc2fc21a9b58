package dev.mcpsession.signin.token;

import java.util.List;
import java.util.Optional;

/** A client's request to the token endpoint, read and complete, but not judged. */
public sealed interface TokenRequest {
  /** As the client sends it; not authenticated, since clients are public. */
  String clientId();

  /** Values of the parameter resource (RFC 8707); empty: none. */
  List<String> resources();

  /**
   * For a code (RFC 6749, section 4.1.3).
   *
   * @param redirectUri empty: not sent, as by OAuth 2.1
   * @param codeVerifier empty: not sent
   */
  record Exchange(
      String clientId,
      String code,
      Optional<String> redirectUri,
      Optional<String> codeVerifier,
      List<String> resources)
      implements TokenRequest {
    public Exchange {
      resources = List.copyOf(resources);
    }

    /** Leaves out what is secret. */
    @Override
    public String toString() {
      return "Exchange";
    }
  }

  /**
   * For a refresh token (RFC 6749, section 6).
   *
   * @param scopes empty: all that were granted
   */
  record Refresh(String clientId, String refreshToken, List<String> scopes, List<String> resources)
      implements TokenRequest {
    public Refresh {
      scopes = List.copyOf(scopes);
      resources = List.copyOf(resources);
    }

    /** Leaves out what is secret. */
    @Override
    public String toString() {
      return "Refresh";
    }
  }
}
