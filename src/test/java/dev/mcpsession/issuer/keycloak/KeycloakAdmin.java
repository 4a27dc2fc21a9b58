package dev.mcpsession.issuer.keycloak;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.mcpsession.issuer.TokenAnswer;
import dev.mcpsession.issuer.TokenClient;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;
import java.util.Set;

/**
 * Keycloak's admin API for one realm.
 *
 * @param url Keycloak's base URL
 * @param client one with all rights
 */
record KeycloakAdmin(String url, String realm, TokenClient client) {
  private static final ObjectMapper JSON = new ObjectMapper();

  JsonNode get(String path) {
    return send("GET", path, MissingNode.getInstance(), Set.of(200));
  }

  void put(String path, Map<String, ?> body) {
    send("PUT", path, JSON.valueToTree(body), Set.of(204));
  }

  void post(String path, Map<String, ?> body) {
    send("POST", path, JSON.valueToTree(body), Set.of(200, 201, 204));
  }

  /** Leaves what is there already as it is. */
  void postIfAbsent(String path, Map<String, ?> body) {
    send("POST", path, JSON.valueToTree(body), Set.of(201, 409));
  }

  void delete(String path) {
    send("DELETE", path, MissingNode.getInstance(), Set.of(204));
  }

  private JsonNode send(String method, String path, JsonNode body, Set<Integer> expected) {
    // A token for each call: they live for a minute only.
    String token =
        client
            .post(
                url + "/realms/master/protocol/openid-connect/token",
                Map.of("grant_type", "client_credentials"))
            .accessToken();
    BodyPublisher sent =
        body.isMissingNode() ? BodyPublishers.noBody() : BodyPublishers.ofString(body.toString());
    TokenAnswer answer =
        client.send(
            HttpRequest.newBuilder(URI.create(url + "/admin/realms/" + realm + path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .method(method, sent));
    if (!expected.contains(answer.status())) {
      throw new AssertionError(method + " " + path + " was answered with " + answer);
    }
    return answer.body();
  }
}
