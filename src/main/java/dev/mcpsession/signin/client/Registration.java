package dev.mcpsession.signin.client;

import com.nimbusds.oauth2.sdk.GrantType;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.client.ClientInformation;
import com.nimbusds.oauth2.sdk.client.ClientMetadata;
import com.nimbusds.oauth2.sdk.id.ClientID;
import dev.mcpsession.signin.key.KeyRing;
import java.net.URI;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.Set;
import java.util.stream.Collectors;

/** PURE. Dynamic registration of clients (RFC 7591). Keeps nothing. */
public final class Registration {
  private final RegisteredClients clients;
  private final Collection<String> allowedHosts;

  /**
   * @param allowedHosts of https redirect URIs, as of {@link RedirectUri#parse}
   */
  public Registration(KeyRing keys, Collection<String> allowedHosts) {
    this.clients = new RegisteredClients(keys, allowedHosts);
    this.allowedHosts = Set.copyOf(allowedHosts);
  }

  /**
   * Registers a client. It becomes a public one whatever it asks for, and the answer says so, as
   * RFC 7591 section 2 allows: a secret that anybody may have would protect nothing.
   *
   * @param json its metadata
   * @throws RefusedMetadataException if something of it is malformed, or nothing is allowed
   */
  public ClientInformation register(byte[] json, Instant now) throws RefusedMetadataException {
    Client client = clients.register(ClientDescription.parse(json, allowedHosts), now);
    ClientMetadata registered = new ClientMetadata();
    registered.setName(client.name());
    registered.setRedirectionURIs(
        client.redirectUris().stream().map(URI::create).collect(Collectors.toSet()));
    registered.setTokenEndpointAuthMethod(ClientAuthenticationMethod.NONE);
    registered.setGrantTypes(Set.of(GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN));
    registered.setResponseTypes(Set.of(ResponseType.CODE));
    return new ClientInformation(
        new ClientID(client.id()), Date.from(now), registered, /* secret= */ null);
  }
}
