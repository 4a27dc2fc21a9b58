package dev.mcpsession.chart;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.cluster.MergePatch;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What somebody tries who may only write some annotations of a session.
 *
 * @param refusal what is said of it if that is lastActive alone; {@code %s} stands for the user
 */
record WriteAttempt(String what, Consumer<Resource<McpSession>> write, String refusal) {
  @Override
  public String toString() {
    return what;
  }

  /** Each changes something that is no heartbeat. */
  static Stream<WriteAttempt> all() {
    String annotations = "metadata.annotations: %s may only write mcpsession.dev/lastActive";
    String labels = "metadata.labels: %s may only write the annotation mcpsession.dev/lastActive";
    String finalizers = "metadata.finalizers: %s may only write the annotation";
    return Stream.of(
        patch("spec", "{'spec': {'idleTimeoutSeconds': 0}}", "spec: %s may only write"),
        patch("suspends", "{'spec': {'suspend': false}}", "spec: %s may only write"),
        patch("spec beside lastActive", "{'spec': {'drainSeconds': 3}, " + touch(), "spec: %s may"),
        patch("adds a label", "{'metadata': {'labels': {'new': 'x'}}}", labels),
        patch("changes a label", "{'metadata': {'labels': {'team': 'x'}}}", labels),
        patch("removes a label", "{'metadata': {'labels': null}}", labels),
        patch("adds an annotation", "{'metadata': {'annotations': {'new': 'x'}}}", annotations),
        patch("changes one", "{'metadata': {'annotations': {'note': 'x'}}}", annotations),
        patch("removes one", "{'metadata': {'annotations': {'note': null}}}", annotations),
        patch("removes all", "{'metadata': {'annotations': null}}", annotations),
        patch(
            "restarts",
            "{'metadata': {'annotations': {'mcpsession.dev/restartedAt': 'now'}}}",
            annotations),
        patch("removes the finalizer", "{'metadata': {'finalizers': null}}", finalizers),
        patch("changes it", "{'metadata': {'finalizers': ['example.com/mine']}}", finalizers),
        patch(
            "adds an owner",
            "{'metadata': {'ownerReferences': [{'apiVersion': 'v1', 'kind': 'Pod', 'name': 'x',"
                + " 'uid': 'y'}]}}",
            "metadata.ownerReferences: %s may only write"),
        new WriteAttempt(
            "status",
            session -> MergePatch.apply(session.subresource("status"), "{status: {revision: 7}}"),
            "status: %s may only write the annotation mcpsession.dev/lastActive; the operator"),
        new WriteAttempt("deletes", Resource::delete, "%s may only write the annotation"),
        new WriteAttempt(
            "edits the spec by a JSON patch",
            session ->
                session.edit(
                    found ->
                        Serialization.unmarshal(
                            Serialization.asJson(found)
                                .replaceFirst("\"spec\":\\{", "\"spec\":{\"port\":81,"),
                            McpSession.class)),
            "spec: %s may only write"),
        new WriteAttempt(
            "applies a spec on the server",
            session -> apply(session, "spec: {port: 81}"),
            "spec: %s may only write"));
  }

  /** The field that it would change, as refusals begin. */
  String place() {
    return refusal.substring(0, refusal.indexOf(':'));
  }

  /** What users and the operator put into a session. */
  static String content(McpSession session) {
    ObjectMeta metadata = session.getMetadata();
    return Serialization.asJson(
        new Object[] {
          session.getSpec(),
          metadata.getLabels(),
          metadata.getAnnotations(),
          metadata.getFinalizers(),
          metadata.getOwnerReferences(),
          metadata.getDeletionTimestamp()
        });
  }

  /**
   * Server-side apply, by a manager of its own.
   *
   * @param fields as YAML
   */
  static McpSession apply(Resource<McpSession> session, String fields) {
    return session.patch(
        new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager("attempt")
            .withForce(true)
            .build(),
        """
        apiVersion: mcpsession.dev/v1alpha1
        kind: McpSession
        %s
        """
            .formatted(fields));
  }

  /** The end of a merge patch. */
  static String touch(String... time) {
    return "'metadata': {'annotations': {'mcpsession.dev/lastActive': '%s'}}}"
        .formatted(time.length == 0 ? "2026-11-21T10:00:00Z" : time[0]);
  }

  private static WriteAttempt patch(String what, String json, String refusal) {
    return new WriteAttempt(what, session -> MergePatch.apply(session, json), refusal);
  }
}
