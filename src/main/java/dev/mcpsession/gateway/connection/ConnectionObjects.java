package dev.mcpsession.gateway.connection;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mcpsession.api.McpConnection;
import dev.mcpsession.api.McpConnectionSpec;
import dev.mcpsession.api.McpConnectionStatus;
import dev.mcpsession.api.McpConnectionStatus.Previous;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.gateway.route.Incarnation;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.session.Connection;
import dev.mcpsession.gateway.session.Connection.Binding;
import dev.mcpsession.gateway.session.Preferences;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** PURE. Connections as objects, and the JSON patches (RFC 6902) that change them. */
final class ConnectionObjects {
  private ConnectionObjects() {}

  /** Why a connection with these cannot be stored, for the client; empty: it can be. */
  static Optional<String> problem(String protocolVersion, JsonNode initialize, Binding binding) {
    if (!initialize.isObject()) {
      return Optional.of("The params of initialize must be an object");
    }
    int bytes = initialize.toString().getBytes(UTF_8).length;
    if (bytes > McpConnectionSpec.MAX_INITIALIZE_BYTES) {
      return Optional.of(
          "The params of initialize have "
              + bytes
              + " bytes; at most "
              + McpConnectionSpec.MAX_INITIALIZE_BYTES
              + " can be kept: send less of clientInfo and capabilities");
    }
    if (protocolVersion.isEmpty()
        || protocolVersion.length() > McpConnectionSpec.MAX_PROTOCOL_VERSION) {
      return Optional.of("The protocol version agreed on is none that can be kept");
    }
    return binding
        .backendSessionId()
        .filter(id -> id.isEmpty() || id.length() > McpConnectionStatus.MAX_BACKEND_SESSION_ID)
        .map(id -> "The backend gave a session id that is empty or too long to be kept");
  }

  /**
   * A new one. It goes with its session, whose deletion does not wait for it.
   *
   * @param name of the object
   * @param clientName may be empty
   */
  static McpConnection create(
      String name,
      McpResource resource,
      SessionKey session,
      String ownerHash,
      String protocolVersion,
      String clientName,
      ObjectNode initialize,
      Binding binding) {
    McpConnection connection = new McpConnection();
    connection.setMetadata(
        new ObjectMetaBuilder()
            .withName(name)
            .withNamespace(resource.namespace())
            .addNewOwnerReference()
            .withApiVersion(HasMetadata.getApiVersion(McpSession.class))
            .withKind(HasMetadata.getKind(McpSession.class))
            .withName(session.name())
            .withUid(session.uid())
            .endOwnerReference()
            .build());
    connection.setSpec(
        new McpConnectionSpec(
            session.name(),
            session.uid(),
            resource.template(),
            ownerHash,
            protocolVersion,
            clientName.isEmpty() ? null : cut(clientName),
            initialize));
    connection.setStatus(
        new McpConnectionStatus(
            binding.revision(),
            null,
            binding.backendSessionId().orElse(null),
            binding.endpoint().map(URI::toString).orElse(null),
            null,
            null,
            null,
            null,
            null));
    return connection;
  }

  /** Not in the middle of a character of two. */
  private static String cut(String text) {
    int end = Math.min(text.length(), McpConnectionSpec.MAX_CLIENT_NAME);
    return text.substring(
        0, end < text.length() && Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end);
  }

  /** What an object says; empty if it is not one of the gateway's. */
  static Optional<Connection> read(McpConnection object) {
    McpConnectionSpec spec = object.getSpec();
    McpConnectionStatus status = object.getStatus();
    if (spec == null || status == null) {
      return Optional.empty();
    }
    ObjectMeta metadata = object.getMetadata();
    Previous previous = status.previous();
    return Optional.of(
        new Connection(
            metadata.getName(),
            metadata.getUid(),
            new McpResource(metadata.getNamespace(), spec.templateName()),
            new SessionKey(metadata.getNamespace(), spec.sessionName(), spec.sessionUid()),
            spec.owner(),
            spec.protocolVersion(),
            spec.initialize(),
            binding(
                status.revision(), status.epoch(), status.backendSessionId(), status.endpoint()),
            Optional.ofNullable(previous)
                .map(
                    it -> binding(it.revision(), it.epoch(), it.backendSessionId(), it.endpoint())),
            new Preferences(
                Optional.ofNullable(status.logLevel()),
                Objects.requireNonNullElse(status.subscriptions(), List.of())),
            metadata.getResourceVersion()));
  }

  private static Binding binding(
      int revision,
      @Nullable Integer epoch,
      @Nullable String backendSessionId,
      @Nullable String endpoint) {
    return new Binding(
        new Incarnation(revision, epoch == null ? 0 : epoch),
        Optional.ofNullable(backendSessionId),
        Optional.ofNullable(endpoint).flatMap(ConnectionObjects::httpUrl));
  }

  /** Empty for what is no http URL with a host: requests could not be sent there. */
  private static Optional<URI> httpUrl(String text) {
    try {
      URI url = new URI(text);
      return "http".equals(url.getScheme()) && url.getHost() != null
          ? Optional.of(url)
          : Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  /** The patch that binds it anew, if it is still bound as it was seen. */
  static String rebind(Connection seen, Binding binding) {
    Binding old = seen.binding();
    ArrayNode patch = tests(seen);
    operation(patch, "test", "/status/revision").put("value", old.revision());
    old.backendSessionId()
        .ifPresent(id -> operation(patch, "test", "/status/backendSessionId").put("value", id));
    operation(patch, "replace", "/status/revision").put("value", binding.revision());
    if (binding.session().epoch() > 0) {
      operation(patch, "add", "/status/epoch").put("value", binding.session().epoch());
    } else if (old.session().epoch() > 0) {
      operation(patch, "remove", "/status/epoch");
    }
    if (binding.backendSessionId().isPresent()) {
      operation(patch, "add", "/status/backendSessionId")
          .put("value", binding.backendSessionId().get());
    } else if (old.backendSessionId().isPresent()) {
      operation(patch, "remove", "/status/backendSessionId");
    }
    if (binding.endpoint().isPresent()) {
      operation(patch, "add", "/status/endpoint").put("value", binding.endpoint().get().toString());
    } else if (old.endpoint().isPresent()) {
      operation(patch, "remove", "/status/endpoint");
    }
    if (old.revision() != binding.revision()) {
      ObjectNode previous = operation(patch, "add", "/status/previous").putObject("value");
      previous.put("revision", old.revision());
      if (old.session().epoch() > 0) {
        previous.put("epoch", old.session().epoch());
      }
      old.backendSessionId().ifPresent(id -> previous.put("backendSessionId", id));
      old.endpoint().ifPresent(url -> previous.put("endpoint", url.toString()));
    }
    return patch.toString();
  }

  /**
   * The patch that stores what the client prefers, if nothing else was stored since it was seen.
   */
  static String prefer(Connection seen, Preferences preferences) {
    ArrayNode patch = tests(seen);
    operation(patch, "test", "/metadata/resourceVersion").put("value", seen.resourceVersion());
    preferences
        .logLevel()
        .ifPresent(level -> operation(patch, "add", "/status/logLevel").put("value", level));
    ArrayNode uris = operation(patch, "add", "/status/subscriptions").putArray("value");
    preferences.subscriptions().forEach(uris::add);
    return patch.toString();
  }

  /** The patch that says who has the newest stream of the server's own messages. */
  static String streams(Connection seen, String replica) {
    ArrayNode patch = tests(seen);
    operation(patch, "add", "/status/streamReplica").put("value", replica);
    return patch.toString();
  }

  /** The patch that notes a use. */
  static String used(Connection seen, Instant at) {
    ArrayNode patch = tests(seen);
    operation(patch, "add", "/status/lastUsedTime").put("value", at.toString());
    return patch.toString();
  }

  private static ArrayNode tests(Connection seen) {
    ArrayNode patch = JsonNodeFactory.instance.arrayNode();
    operation(patch, "test", "/metadata/uid").put("value", seen.uid());
    return patch;
  }

  private static ObjectNode operation(ArrayNode patch, String op, String path) {
    return patch.addObject().put("op", op).put("path", path);
  }
}
