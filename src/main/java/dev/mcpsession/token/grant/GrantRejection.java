package dev.mcpsession.token.grant;

import dev.mcpsession.api.Names;
import dev.mcpsession.api.OAuth2RefreshSource;
import dev.mcpsession.token.SourceSecret;
import dev.mcpsession.token.TokenFailure;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * PURE. What a grant Secret says of a rejection: it counts only for the refresh token it is about.
 */
public final class GrantRejection {
  private GrantRejection() {}

  /**
   * Whether the issuer has rejected the refresh token in a grant Secret for good.
   *
   * @return empty: there is no refresh token in it
   */
  public static Optional<Boolean> isRejected(Secret grant) {
    try {
      SourceSecret values = SourceSecret.of(grant.getMetadata().getName(), grant);
      String refreshToken = values.text(OAuth2RefreshSource.REFRESH_TOKEN_KEY);
      Map<String, String> annotations = grant.getMetadata().getAnnotations();
      return Optional.of(
          of(annotations == null ? Map.of() : annotations, values.fingerprint(refreshToken))
              != null);
    } catch (TokenFailure missing) {
      return Optional.empty();
    }
  }

  /**
   * Why the issuer rejected a refresh token for good; null if it did not.
   *
   * @param annotations of the grant Secret
   * @param fingerprint of the refresh token in it
   */
  static @Nullable String of(Map<String, String> annotations, String fingerprint) {
    String rejected = annotations.get(Names.GRANT_REJECTED);
    String mark = fingerprint + " ";
    return rejected != null && rejected.startsWith(mark) ? rejected.substring(mark.length()) : null;
  }
}
