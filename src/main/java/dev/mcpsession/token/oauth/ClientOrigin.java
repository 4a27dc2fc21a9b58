package dev.mcpsession.token.oauth;

import dev.mcpsession.api.OAuth2RefreshSource;
import dev.mcpsession.api.OAuth2Source;
import org.jspecify.annotations.Nullable;

/**
 * Where a client and the authorities that it trusts are configured, for advice.
 *
 * @param credentials where id and secret are; follows "correct"
 * @param distrust what to do about a certificate that is not trusted
 * @param authorities what holds the trusted certificates; begins a sentence
 * @param grantSecretName where the refresh token is; null: nowhere, or not known
 */
record ClientOrigin(
    String credentials, String distrust, String authorities, @Nullable String grantSecretName) {
  /** The Secrets that a source names. */
  static ClientOrigin of(OAuth2Source source) {
    String secret = source.caSecretName();
    String key = "key " + OAuth2Source.CA_KEY + " of Secret " + secret;
    return new ClientOrigin(
        OAuth2Source.CLIENT_ID_KEY
            + (source.hasPublicClient() ? "" : " and " + OAuth2Source.CLIENT_SECRET_KEY)
            + " in Secret "
            + source.clientSecretName()
            + ", or clientAuthentication",
        secret == null
            ? "put its authority's certificate under ca.crt of a Secret and name that in"
                + " caSecretName"
            : "trusted is what " + key + " (caSecretName) holds",
        key,
        source instanceof OAuth2RefreshSource refresh ? refresh.grantSecretName() : null);
  }

  /** Files that a section of a configuration names as clientSecretFile and caFile. */
  static ClientOrigin of(String section, boolean trustsFile) {
    return new ClientOrigin(
        section + ".clientId, or the file " + section + ".clientSecretFile",
        trustsFile
            ? "trusted is what the file " + section + ".caFile holds"
            : "name a file with its authority's certificate in " + section + ".caFile",
        "the file " + section + ".caFile",
        null);
  }
}
