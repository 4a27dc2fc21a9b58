package dev.mcpsession.simulation;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.Names;
import dev.mcpsession.simulation.model.Chance;
import dev.mcpsession.simulation.model.ModelEndings;
import dev.mcpsession.simulation.model.Truth;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Users whose sessions name a template, and who change that. Every choice is one of the second
 * kind, so that runs without templates stay as they are.
 */
final class TemplateUsers {
  private final World world;
  private final Chance chance;
  private final SessionEdits edits;
  private final TemplateEditors editors;

  TemplateUsers(World world, SessionEdits edits) {
    this.world = world;
    this.chance = world.secondChance;
    this.edits = edits;
    this.editors = new TemplateEditors(world);
  }

  TemplateEditors editors() {
    return editors;
  }

  /** Lets some of the sessions that are created name a template, as the gateway's do. */
  void offer(ObjectMetaBuilder metadata, Map<String, Object> spec) {
    if (!world.offered || chance.in(0.3)) {
      return;
    }
    String name = chance.oneOf(TemplateEditors.NAMES);
    spec.remove("podTemplate");
    spec.put("templateRef", Map.of("name", name));
    for (String field : List.copyOf(spec.keySet())) {
      if (!List.of("user", "templateRef").contains(field) && chance.in(0.6)) {
        spec.remove(field);
      }
    }
    ofItsOwn().forEach((field, value) -> set(spec, field, value));
    McpSessionTemplate template = world.server.templates.find(name);
    if (template != null && chance.in(0.5)) {
      metadata
          .addNewOwnerReference()
          .withApiVersion("mcpsession.dev/v1alpha1")
          .withKind("McpSessionTemplate")
          .withName(name)
          .withUid(Truth.uid(template))
          .endOwnerReference();
    }
  }

  private static void set(Map<String, Object> spec, String field, @Nullable Object value) {
    if (value != null) {
      spec.put(field, value);
    }
  }

  /** One user does something. */
  void step() {
    List<McpSession> sessions = world.server.sessions.all();
    if (sessions.isEmpty()) {
      return;
    }
    McpSession session = chance.oneOf(sessions);
    int choice = chance.below(10);
    if (choice < 3) {
      release(session);
    } else if (choice < 5) {
      switchTemplate(session);
    } else {
      Map<String, @Nullable Object> own = ofItsOwn();
      String field = chance.oneOf(List.copyOf(own.keySet()));
      Map<String, @Nullable Object> change = new HashMap<>();
      change.put(field, own.get(field));
      edits.change(session, change);
    }
  }

  /** What a session may say besides its template, or leave out. */
  private Map<String, @Nullable Object> ofItsOwn() {
    Map<String, @Nullable Object> own = new HashMap<>();
    own.put(
        "grantSecretName",
        chance.in(0.5) ? chance.oneOf(List.of(ModelEndings.GRANT, TemplateEditors.GRANT)) : null);
    own.put("replacement", chance.in(0.5) ? chance.oneOf(TemplateEditors.REPLACEMENTS) : null);
    own.put("deleteAfterIdleSeconds", chance.in(0.3) ? chance.oneOf(List.of(0, 600, 7200)) : null);
    return own;
  }

  private void switchTemplate(McpSession session) {
    Map<String, @Nullable Object> change = new HashMap<>();
    if (session.getSpec().templateName() != null && chance.in(0.3)) {
      change.put("templateRef", null);
      change.put("podTemplate", editors.backend());
    } else {
      change.put("podTemplate", null);
      change.put("templateRef", Map.of("name", chance.oneOf(TemplateEditors.NAMES)));
    }
    edits.change(session, change);
  }

  private void release(McpSession session) {
    Instant now = world.clock.instant();
    edits.annotate(
        session,
        Names.RELEASED,
        chance.oneOf(
            List.of(
                now.toString(),
                now.toString(),
                now.minusSeconds(chance.below(600)).toString(),
                now.plus(Duration.ofMinutes(chance.between(2, 30))).toString(),
                "yesterday")));
  }
}
