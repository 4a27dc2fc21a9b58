package dev.mcpsession.api;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What the token sources that ask an OAuth 2 authorization server have in common. */
public sealed interface OAuth2Source extends TokenSourceSpec
    permits OAuth2RefreshSource, OAuth2ClientCredentialsSource, OAuth2TokenExchangeSource {
  /** Key of the client Secret. */
  String CLIENT_ID_KEY = "client_id";

  /** Key of the client Secret. */
  String CLIENT_SECRET_KEY = "client_secret";

  /** Key of the CA Secret, as cert-manager and others name it. */
  String CA_KEY = "ca.crt";

  /** Where tokens are requested (RFC 6749, section 3.2). */
  String tokenEndpoint();

  /** Secret with {@link #CLIENT_ID_KEY} and, unless it is public, {@link #CLIENT_SECRET_KEY}. */
  String clientSecretName();

  /** The services that the token is for, by logical name; null: not said. */
  @Nullable List<String> audience();

  /** The services that the token is for, by URI (RFC 8707); null: not said. */
  @Nullable List<String> resource();

  /** Scopes to request; null: the authorization server decides. */
  @Nullable List<String> scopes();

  /** Null: basic. */
  @Nullable ClientAuthentication clientAuthentication();

  /** Secret with {@link #CA_KEY}; null: the authorities that the operator's Java trusts. */
  @Nullable String caSecretName();

  /** Where the session's token is revoked when the session ends (RFC 7009); null: it is not. */
  @Nullable String revocationEndpoint();

  /** Where an expiry is queried that a response omits (RFC 7662); null: nowhere. */
  @Nullable String introspectionEndpoint();

  /** A copy without the fields that equal their defaults. */
  OAuth2Source withoutDefaults();

  /** Never null. */
  default ClientAuthentication authenticates() {
    ClientAuthentication how = clientAuthentication();
    return how == null ? ClientAuthentication.basic : how;
  }

  /** Whether the client has no secret. */
  default boolean hasPublicClient() {
    return authenticates() == ClientAuthentication.none;
  }

  /** Never null. */
  default List<String> requestedScopes() {
    List<String> scopes = scopes();
    return scopes == null ? List.of() : scopes;
  }

  @Override
  default Set<String> secretNames() {
    Set<String> names = new TreeSet<>();
    names.add(clientSecretName());
    String ca = caSecretName();
    if (ca != null) {
      names.add(ca);
    }
    return names;
  }
}
