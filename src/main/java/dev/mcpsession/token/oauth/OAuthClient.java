package dev.mcpsession.token.oauth;

import dev.mcpsession.api.OAuth2Source;
import dev.mcpsession.token.SourceSecret;
import dev.mcpsession.token.TokenFailure;
import org.jspecify.annotations.Nullable;

/** Who asks an authorization server, and whose certificates are trusted there. */
public final class OAuthClient {
  private final String id;
  private final String secret;
  private final @Nullable String authorities;
  private final String fingerprint;

  private OAuthClient(String id, String secret, @Nullable String authorities, String fingerprint) {
    this.id = id;
    this.secret = secret;
    this.authorities = authorities;
    this.fingerprint = fingerprint;
  }

  /**
   * Reads the Secrets that a source names.
   *
   * @throws TokenFailure MISSING when one, or a key of one, is not there
   */
  public static OAuthClient read(OAuth2Source source, String namespace, SourceSecret.Lookup secrets)
      throws TokenFailure {
    SourceSecret client = read(source.clientSecretName(), namespace, secrets);
    String id = client.text(OAuth2Source.CLIENT_ID_KEY);
    String secret = client.text(OAuth2Source.CLIENT_SECRET_KEY);
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

  /** For the request and nothing else. */
  String secret() {
    return secret;
  }

  /** Certificates in PEM; null: those that Java trusts. */
  @Nullable String authorities() {
    return authorities;
  }

  /** Changes with any of it. */
  public String fingerprint() {
    return fingerprint;
  }

  /** Leaves the secret out. */
  @Override
  public String toString() {
    return "OAuthClient[" + id + "]";
  }
}
