package dev.mcpsession.gateway.connection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mcpsession.api.McpConnection;
import dev.mcpsession.api.McpSession;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An API server with connections and sessions, which can be away. */
final class ModelConnectionApi implements ConnectionApi {
  /**
   * One change, as a watch tells it.
   *
   * @param before null: it was made
   * @param now null: it was deleted
   */
  record Change(@Nullable McpConnection before, @Nullable McpConnection now) {}

  /** Nobody answers. */
  boolean away;

  /** Is run instead of the answer to the next change, which is lost; null: it is not. */
  @Nullable Runnable losesAnswer;

  /** What it refuses every creation with; 0: nothing. */
  int refusal;

  final List<String> requests = new ArrayList<>();
  final List<Change> changes = new ArrayList<>();
  final Map<String, McpSession> sessions = new TreeMap<>();
  private final Map<String, McpConnection> stored = new TreeMap<>();
  private final InstantSource clock;
  private long version = 100;

  ModelConnectionApi(InstantSource clock) {
    this.clock = clock;
  }

  List<McpConnection> all() {
    return List.copyOf(stored.values());
  }

  @Override
  public @Nullable McpConnection read(String namespace, String name) {
    request("read " + name);
    McpConnection found = stored.get(namespace + "/" + name);
    return found == null ? null : copy(found);
  }

  @Override
  public @Nullable McpSession readSession(String namespace, String name) {
    request("readSession " + name);
    return sessions.get(namespace + "/" + name);
  }

  @Override
  public McpConnection create(McpConnection connection) {
    request("create");
    if (refusal != 0) {
      throw error(refusal, "refused");
    }
    McpConnection made = copy(connection);
    made.getMetadata().setUid("uid-" + ++version);
    made.getMetadata()
        .setCreationTimestamp(clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
    return store(null, made);
  }

  @Override
  public McpConnection patch(String namespace, String name, String patch) {
    request("patch " + name);
    McpConnection old = stored.get(namespace + "/" + name);
    if (old == null) {
      throw error(404, "not found");
    }
    ObjectNode object = Serialization.unmarshal(Serialization.asJson(old), ObjectNode.class);
    for (JsonNode operation : Serialization.unmarshal(patch, JsonNode.class)) {
      apply(operation, object);
    }
    return store(old, Serialization.unmarshal(object.toString(), McpConnection.class));
  }

  private static void apply(JsonNode operation, ObjectNode object) {
    String path = operation.path("path").asText();
    String field = path.substring(path.lastIndexOf('/') + 1);
    ObjectNode parent = (ObjectNode) object.at(path.substring(0, path.lastIndexOf('/')));
    switch (operation.path("op").asText()) {
      case "test" -> {
        if (!object.at(path).equals(operation.path("value"))) {
          throw error(422, "the server rejected our request due to an error in our request");
        }
      }
      case "remove" -> parent.remove(field);
      default -> parent.set(field, operation.path("value"));
    }
  }

  @Override
  public void delete(String namespace, String name, String uid) {
    request("delete " + name);
    McpConnection old = stored.get(namespace + "/" + name);
    if (old == null) {
      throw error(404, "not found");
    }
    if (!old.getMetadata().getUid().equals(uid)) {
      throw error(409, "another uid");
    }
    deleteNow(namespace, name);
  }

  /** As somebody else does it, whether requests are answered or not. */
  void deleteNow(String namespace, String name) {
    changes.add(new Change(stored.remove(namespace + "/" + name), null));
  }

  private McpConnection store(@Nullable McpConnection old, McpConnection now) {
    now.getMetadata().setResourceVersion(Long.toString(++version));
    stored.put(now.getMetadata().getNamespace() + "/" + now.getMetadata().getName(), now);
    changes.add(new Change(old, now));
    if (losesAnswer != null) {
      losesAnswer.run();
      losesAnswer = null;
      throw new KubernetesClientException("connection reset");
    }
    return copy(now);
  }

  private void request(String what) {
    requests.add(what);
    if (away) {
      throw new KubernetesClientException("connection refused");
    }
  }

  private static McpConnection copy(McpConnection connection) {
    return Serialization.unmarshal(Serialization.asJson(connection), McpConnection.class);
  }

  private static KubernetesClientException error(int code, String message) {
    return new KubernetesClientException(
        new StatusBuilder().withCode(code).withMessage(message).build());
  }
}
