package dev.mcpsession.signin.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.mcpsession.signin.key.KeyRing;
import dev.mcpsession.signin.key.Purpose;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Clients that have registered. Nothing is kept of them: a client id is what was registered,
 * sealed, so that no number of registrations costs anything.
 */
final class RegisteredClients {
  /** In characters: a client id goes through URLs. */
  static final int LONGEST_ID = 2000;

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final ObjectReader READER = JSON.readerForListOf(String.class);

  private final KeyRing keys;
  private final List<String> allowedHosts;

  RegisteredClients(KeyRing keys, Collection<String> allowedHosts) {
    this.keys = keys;
    this.allowedHosts = List.copyOf(allowedHosts);
  }

  /** Makes a client id; each is another one. */
  Client register(ClientDescription description, Instant now) throws RefusedMetadataException {
    List<String> content = new ArrayList<>();
    content.add(description.name());
    content.addAll(description.redirectUris());
    String id = keys.keys().seal(Purpose.CLIENT, written(content), now);
    if (id.length() > LONGEST_ID) {
      throw RefusedMetadataException.metadata(
          "client_name and redirect_uris are too long together: they make a client_id of more than "
              + LONGEST_ID
              + " characters. Register fewer or shorter redirect_uris.");
    }
    return new Client(id, description.name(), Optional.empty(), description.redirectUris());
  }

  /** Empty: it was not made here, or none of its redirect URIs is allowed any more. */
  Optional<Client> find(String id) {
    return id.length() > LONGEST_ID
        ? Optional.empty()
        : keys.keys().open(Purpose.CLIENT, id).flatMap(content -> read(id, content));
  }

  private Optional<Client> read(String id, byte[] content) {
    List<String> texts;
    try {
      texts = READER.readValue(content);
    } catch (IOException e) {
      return Optional.empty(); // Of a version that wrote it in another way.
    }
    List<String> redirectUris =
        texts.stream()
            .skip(1)
            .filter(uri -> RedirectUri.parse(uri, allowedHosts).isPresent())
            .toList();
    return redirectUris.isEmpty()
        ? Optional.empty()
        : Optional.of(new Client(id, texts.getFirst(), Optional.empty(), redirectUris));
  }

  private static byte[] written(List<String> content) {
    try {
      return JSON.writeValueAsBytes(content);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A list of texts is no JSON", e);
    }
  }
}
