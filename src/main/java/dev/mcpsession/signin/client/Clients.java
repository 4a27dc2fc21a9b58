package dev.mcpsession.signin.client;

import dev.mcpsession.config.GatewayConfig;
import dev.mcpsession.signin.key.KeyRing;
import java.util.Optional;

/** The clients that may sign users in, by their ids. */
public final class Clients {
  private final RegisteredClients registered;
  private final Optional<MetadataDocuments> documents;
  private final boolean canRegister;

  /**
   * @param documents empty: the configuration allows none
   */
  public Clients(
      GatewayConfig.Clients config, KeyRing keys, Optional<MetadataDocuments> documents) {
    this.registered = new RegisteredClients(keys, config.allowedRedirectHosts());
    this.documents = documents;
    this.canRegister = config.dynamicRegistration();
  }

  /**
   * Looks a client up; blocks for a few seconds if its metadata document has to be fetched.
   *
   * @param clientId as it was sent, any text
   */
  public ClientLookup find(String clientId) {
    if (DocumentUrl.isMeant(clientId)) {
      return documents
          .map(known -> known.find(clientId))
          .orElseGet(
              () ->
                  new ClientLookup.Unknown(
                      "This gateway takes no client whose id is the URL of a metadata document;"
                          + " its administrator can allow them"
                          + " (signIn.clients.metadataDocuments)."));
    }
    Optional<Client> client = canRegister ? registered.find(clientId) : Optional.empty();
    return client
        .<ClientLookup>map(ClientLookup.Found::new)
        .orElseGet(
            () ->
                new ClientLookup.Unknown(
                    canRegister
                        ? "The client is not registered here, or not any more. Remove this server"
                            + " from the client and add it again, so that it registers anew."
                        : "Clients cannot register at this gateway; its administrator can allow"
                            + " it (signIn.clients.dynamicRegistration)."));
  }
}
