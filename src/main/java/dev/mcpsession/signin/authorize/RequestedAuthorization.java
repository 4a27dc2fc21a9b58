package dev.mcpsession.signin.authorize;

import java.util.List;
import java.util.Optional;

/**
 * The parameters of a request for authorization, as they were sent.
 *
 * @param repeated a parameter that was sent more than once and must not be; empty: none
 * @param resources all values of the parameter resource
 */
public record RequestedAuthorization(
    Optional<String> repeated,
    Optional<String> redirectUri,
    Optional<String> responseType,
    Optional<String> responseMode,
    Optional<String> codeChallenge,
    Optional<String> codeChallengeMethod,
    Optional<String> state,
    Optional<String> scope,
    List<String> resources,
    Optional<String> prompt,
    boolean hasRequestObject) {
  public RequestedAuthorization {
    resources = List.copyOf(resources);
  }

  /** Leaves out what may be secret. */
  @Override
  public String toString() {
    return "RequestedAuthorization";
  }
}
