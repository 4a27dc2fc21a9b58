package dev.mcpsession.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;

/**
 * The size of an object of a custom resource, which the API server stores as JSON.
 *
 * @param now all of it
 * @param beforeStatus without the status, and without the managedFields that it brings
 * @param managedFields those that are part of {@code beforeStatus}
 */
public record StoredBytes(int now, int beforeStatus, int managedFields) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Asks the API server for an object as it is stored; its plural is that of its class. */
  public static StoredBytes of(KubernetesClient client, HasMetadata object)
      throws JsonProcessingException {
    ObjectNode stored =
        (ObjectNode)
            JSON.readTree(
                client.raw(
                    "/apis/%s/namespaces/%s/%s/%s"
                        .formatted(
                            object.getApiVersion(),
                            object.getMetadata().getNamespace(),
                            object.getPlural(),
                            object.getMetadata().getName())));
    int now = bytes(stored);
    stored.remove("status");
    ObjectNode metadata = (ObjectNode) stored.get("metadata");
    Iterator<JsonNode> managers = ((ArrayNode) metadata.get("managedFields")).elements();
    while (managers.hasNext()) {
      if (managers.next().path("subresource").asText().equals("status")) {
        managers.remove();
      }
    }
    int beforeStatus = bytes(stored);
    metadata.remove("managedFields");
    return new StoredBytes(now, beforeStatus, beforeStatus - bytes(stored));
  }

  private static int bytes(ObjectNode object) {
    return object.toString().getBytes(StandardCharsets.UTF_8).length;
  }
}
