package dev.mcpsession.issuer.keycloak;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/**
 * What Keycloak noted of one request.
 *
 * @param type such as REFRESH_TOKEN, or REFRESH_TOKEN_ERROR when it was refused
 * @param error empty when there was none; a code of Keycloak's, not the one it answered
 * @param reason empty when it says no more
 */
public record IssuerEvent(Instant at, String type, String error, String reason) {
  static IssuerEvent of(JsonNode event) {
    return new IssuerEvent(
        Instant.ofEpochMilli(event.path("time").asLong()),
        event.path("type").asText(),
        event.path("error").asText(),
        event.path("details").path("reason").asText());
  }
}
