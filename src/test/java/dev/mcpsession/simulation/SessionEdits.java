package dev.mcpsession.simulation;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.simulation.model.Truth;
import dev.mcpsession.simulation.model.Words;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What users write to their sessions. */
final class SessionEdits {
  private static final KubernetesSerialization JSON = new KubernetesSerialization();

  private final World world;

  SessionEdits(World world) {
    this.world = world;
  }

  static McpSessionSpec spec(Map<String, Object> fields) {
    return JSON.convertValue(fields, McpSessionSpec.class);
  }

  void change(McpSession session, String field, Object value) {
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put(field, value);
    change(session, values);
  }

  /**
   * Changes several fields at once.
   *
   * @param values null removes the field
   */
  void change(McpSession session, Map<String, @Nullable Object> values) {
    Map<String, Object> fields = new HashMap<>();
    Map<?, ?> before = JSON.convertValue(session.getSpec(), Map.class);
    before.forEach((key, old) -> fields.put(String.valueOf(key), old));
    values.forEach(
        (field, value) -> {
          if (value == null) {
            fields.remove(field);
          } else {
            fields.put(field, value);
          }
        });
    McpSessionSpec changed = spec(fields);
    if (!changed.equals(session.getSpec())) {
      boolean ofToken =
          List.of("token", "templateRef", "grantSecretName").stream().anyMatch(values::containsKey);
      if (!Truth.isLive(session) && ofToken) {
        world.endingRule.sourceChanged(session);
      }
      values.forEach(
          (field, value) ->
              world.trace.line(
                  "user changes "
                      + field
                      + " of "
                      + Truth.name(session)
                      + " to "
                      + (value == null ? "nothing" : Words.of(value))));
      world.server.sessions.edit(
          session,
          copy -> {
            copy.setSpec(changed);
            copy.getMetadata().setGeneration(copy.getMetadata().getGeneration() + 1);
          });
    }
  }

  void annotate(McpSession session, String key, @Nullable String value) {
    world.trace.line("user sets " + key + " of " + Truth.name(session) + " to " + value);
    put(session, key, value);
  }

  void put(McpSession session, String key, @Nullable String value) {
    world.server.sessions.edit(
        session,
        copy -> {
          Map<String, String> annotations = new HashMap<>();
          if (copy.getMetadata().getAnnotations() != null) {
            annotations.putAll(copy.getMetadata().getAnnotations());
          }
          if (value == null) {
            annotations.remove(key);
          } else {
            annotations.put(key, value);
          }
          copy.getMetadata().setAnnotations(annotations);
        });
  }
}
