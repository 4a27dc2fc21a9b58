package dev.mcpsession.token.oauth;

import dev.mcpsession.api.OAuth2Source;
import dev.mcpsession.token.SourceSecret;
import dev.mcpsession.token.TokenFailure;
import org.jspecify.annotations.Nullable;

/**
 * The OAuth client by which the operator calls an authorization server, and whom it trusts there.
 */
public final class OAuthClient {
  private final String id;
  private final @Nullable String secret;
  private final @Nullable String authorities;
  private final String fingerprint;

  private OAuthClient(
      String id, @Nullable String secret, @Nullable String authorities, String fingerprint) {
    this.id = id;
    this.secret = secret;
    this.authorities = authorities;
    this.fingerprint = fingerprint;
  }

  /**
   * Reads the client from the Secrets that a source names.
   *
   * @throws TokenFailure MISSING if a Secret or a key does not exist
   */
  public static OAuthClient read(OAuth2Source source, String namespace, SourceSecret.Lookup secrets)
      throws TokenFailure {
    SourceSecret client = read(source.clientSecretName(), namespace, secrets);
    String id = client.text(OAuth2Source.CLIENT_ID_KEY);
    String secret = source.hasPublicClient() ? null : client.text(OAuth2Source.CLIENT_SECRET_KEY);
    String caSecretName = source.caSecretName();
    String authorities =
        caSecretName == null
            ? null
            : read(caSecretName, namespace, secrets).text(OAuth2Source.CA_KEY);
    return new OAuthClient(id, secret, authorities, client.fingerprint(id, secret, authorities));
  }

  private static SourceSecret read(String name, String namespace, SourceSecret.Lookup secrets)
      throws TokenFailure {
    return SourceSecret.of(name, secrets.find(namespace, name));
  }

  String id() {
    return id;
  }

  /** To be sent to the authorization server and used for nothing else; null: a public client. */
  @Nullable String secret() {
    return secret;
  }

  /** The trusted certificate authorities in PEM; null for those that Java trusts. */
  @Nullable String authorities() {
    return authorities;
  }

  /** A hash that changes with the id, the secret or the authorities. */
  public String fingerprint() {
    return fingerprint;
  }

  /** Leaves the secret out. */
  @Override
  public String toString() {
    return "OAuthClient[" + id + "]";
  }
}
