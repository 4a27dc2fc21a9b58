package dev.mcpsession.token.oauth;

import dev.mcpsession.api.ClientAuthentication;
import dev.mcpsession.api.OAuth2Source;
import dev.mcpsession.token.SourceSecret;
import dev.mcpsession.token.TokenFailure;
import org.jspecify.annotations.Nullable;

/**
 * The OAuth client by which the operator or the gateway calls an authorization server, and whom it
 * trusts there.
 */
public final class OAuthClient {
  private final String id;
  private final @Nullable String secret;
  private final @Nullable String authorities;
  private final ClientAuthentication authentication;
  private final ClientOrigin origin;
  private final String fingerprint;

  private OAuthClient(
      String id,
      @Nullable String secret,
      @Nullable String authorities,
      ClientAuthentication authentication,
      ClientOrigin origin,
      String fingerprint) {
    this.id = id;
    this.secret = secret;
    this.authorities = authorities;
    this.authentication = authentication;
    this.origin = origin;
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
    return new OAuthClient(
        id,
        secret,
        authorities,
        source.authenticates(),
        ClientOrigin.of(source),
        client.fingerprint(id, secret, authorities));
  }

  /**
   * A client of the configuration.
   *
   * @param section of the configuration, which has clientId, clientSecretFile and caFile
   * @param secret null: a public client
   * @param authorities in PEM; null: those that Java trusts
   * @param authentication if it has a secret
   */
  public static OAuthClient configured(
      String section,
      String id,
      @Nullable String secret,
      @Nullable String authorities,
      ClientAuthentication authentication) {
    return new OAuthClient(
        id,
        secret,
        authorities,
        secret == null ? ClientAuthentication.none : authentication,
        ClientOrigin.of(section, authorities != null),
        "");
  }

  private static SourceSecret read(String name, String namespace, SourceSecret.Lookup secrets)
      throws TokenFailure {
    return SourceSecret.of(name, secrets.find(namespace, name));
  }

  /** As the authorization server knows it; not secret. */
  public String id() {
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

  ClientAuthentication authenticates() {
    return authentication;
  }

  ClientOrigin origin() {
    return origin;
  }

  /**
   * A hash that changes with the id, the secret or the authorities; empty: of the configuration.
   */
  public String fingerprint() {
    return fingerprint;
  }

  /** Leaves the secret out. */
  @Override
  public String toString() {
    return "OAuthClient[" + id + "]";
  }
}
