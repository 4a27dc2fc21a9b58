package dev.mcpsession.embedded;

import io.fabric8.kubernetes.api.model.DeleteOptions;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Preconditions;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.mockwebserver.crud.AttributeSet;
import io.fabric8.mockwebserver.dsl.HttpMethod;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The mock server's objects, plus what sessions need and the mock server lacks: preconditions of
 * deletes, garbage collection by owner, conflicts of status updates, dry runs of creations, and
 * Pods that stay, marked as deleted, until their node has ended them. The rules are those of the
 * Kubernetes API concepts; deletes of whole collections skip them.
 */
final class ClusterStore extends KubernetesCrudDispatcher {
  private static final long DEFAULT_GRACE_SECONDS = 30;

  @Override
  public synchronized MockResponse dispatch(RecordedRequest request) {
    String path = request.getPath();
    return switch (request.method()) {
      case GET ->
          path.equals("/version")
              ? json(200, Map.of("major", "1", "minor", "0"))
              : watchable(super.dispatch(request));
      case DELETE -> delete(path, request.getUtf8Body());
      case PUT, PATCH -> write(request);
      case POST ->
          path.contains("dryRun=All")
              ? json(201, object(request.getUtf8Body()))
              : super.dispatch(request);
      default -> super.dispatch(request);
    };
  }

  private static MockResponse watchable(MockResponse response) {
    return response.getWebSocketListener() == null
        ? response
        : response.withWebSocketUpgrade(new ClosedAside(response.getWebSocketListener()));
  }

  private MockResponse write(RecordedRequest request) {
    Map.Entry<AttributeSet, String> found = find(request.getPath());
    if (found == null) {
      return super.dispatch(request);
    }
    GenericKubernetesResource object = object(found.getValue());
    if (isPod(object) && object.isMarkedForDeletion()) {
      // The mock server would remove it on any write.
      return failure(409, "Conflict", "the Pod is ending");
    }
    if (request.method() == HttpMethod.PUT && request.getPath().endsWith("/status")) {
      ObjectMeta sent =
          object(new String(request.getBody().getBytes(), StandardCharsets.UTF_8)).getMetadata();
      String mismatch =
          mismatch(new Preconditions(sent.getResourceVersion(), sent.getUid()), object);
      if (mismatch != null) {
        return failure(409, "Conflict", mismatch);
      }
    }
    return super.dispatch(request);
  }

  private MockResponse delete(String path, @Nullable String body) {
    if (!getKey(path).containsKey("name")) {
      return handleDelete(path);
    }
    Map.Entry<AttributeSet, String> found = find(path);
    if (found == null) {
      return failure(404, "NotFound", path + " not found");
    }
    DeleteOptions options =
        body == null || body.isBlank()
            ? new DeleteOptions()
            : Serialization.unmarshal(body, DeleteOptions.class);
    GenericKubernetesResource object = object(found.getValue());
    String mismatch = mismatch(options.getPreconditions(), object);
    if (mismatch != null) {
      return failure(409, "Conflict", mismatch);
    }
    end(path, found.getKey(), object, options.getGracePeriodSeconds());
    return json(200, new StatusBuilder().withStatus("Success").withCode(200).build());
  }

  /** How the object differs from the request's precondition; null if it does not. */
  private static @Nullable String mismatch(@Nullable Preconditions wanted, HasMetadata object) {
    if (wanted == null) {
      return null;
    }
    String uid = object.getMetadata().getUid();
    if (wanted.getUid() != null && !wanted.getUid().equals(uid)) {
      return "the UID in the precondition ("
          + wanted.getUid()
          + ") is not the object's ("
          + uid
          + ")";
    }
    String version = object.getMetadata().getResourceVersion();
    if (wanted.getResourceVersion() != null && !wanted.getResourceVersion().equals(version)) {
      return "the resourceVersion in the precondition (%s) is not the object's (%s)"
          .formatted(wanted.getResourceVersion(), version);
    }
    return null;
  }

  /**
   * Marks an object that a finalizer or a Pod's node still holds; removes any other.
   *
   * @param graceSeconds null: as the Pod specifies
   */
  private void end(
      String path,
      AttributeSet key,
      GenericKubernetesResource object,
      @Nullable Long graceSeconds) {
    long grace = isPod(object) && isScheduled(object) ? graceOf(object, graceSeconds) : 0;
    if (grace == 0 && object.getFinalizers().isEmpty()) {
      processEvent(path, key, key, null, null);
    } else if (!object.isMarkedForDeletion()) {
      Instant deadline = Instant.now().plusSeconds(grace).truncatedTo(ChronoUnit.SECONDS);
      object.getMetadata().setDeletionTimestamp(deadline.toString());
      object.getMetadata().setDeletionGracePeriodSeconds(grace);
      object.getMetadata().setResourceVersion(String.valueOf(requestResourceVersion()));
      processEvent(path, key, key, object, Serialization.asJson(object));
    }
  }

  private static boolean isScheduled(GenericKubernetesResource pod) {
    return pod.get("spec", "nodeName") != null;
  }

  private static long graceOf(GenericKubernetesResource pod, @Nullable Long wanted) {
    if (wanted != null) {
      return wanted;
    }
    Number own = pod.get("spec", "terminationGracePeriodSeconds");
    return own == null ? DEFAULT_GRACE_SECONDS : own.longValue();
  }

  /** Called for every removal, also of an object that lost its last finalizer. */
  @Override
  public void processEvent(
      String path,
      AttributeSet pathAttributes,
      @Nullable AttributeSet oldAttributes,
      @Nullable GenericKubernetesResource resource,
      @Nullable String newState) {
    String removed = newState == null && oldAttributes != null ? map.get(oldAttributes) : null;
    super.processEvent(path, pathAttributes, oldAttributes, resource, newState);
    if (removed != null) {
      collectDependents(object(removed).getMetadata().getUid());
    }
  }

  private void collectDependents(String ownerUid) {
    for (Map.Entry<AttributeSet, String> entry : List.copyOf(map.entrySet())) {
      GenericKubernetesResource object = object(entry.getValue());
      if (object.getMetadata().getOwnerReferences().stream()
          .anyMatch(owner -> ownerUid.equals(owner.getUid()))) {
        end("", entry.getKey(), object, null);
      }
    }
  }

  private Map.@Nullable Entry<AttributeSet, String> find(String path) {
    AttributeSet key = getKey(path);
    return key.containsKey("name") ? findResource(key) : null;
  }

  private static boolean isPod(HasMetadata object) {
    return object.getKind().equals("Pod");
  }

  private static GenericKubernetesResource object(String json) {
    return Serialization.unmarshal(json, GenericKubernetesResource.class);
  }

  private static MockResponse failure(int code, String reason, String message) {
    return json(
        code,
        new StatusBuilder()
            .withStatus("Failure")
            .withCode(code)
            .withReason(reason)
            .withMessage(message)
            .build());
  }

  private static MockResponse json(int code, Object body) {
    return new MockResponse()
        .setResponseCode(code)
        .setHeader("Content-Type", "application/json")
        .setBody(Serialization.asJson(body));
  }
}
