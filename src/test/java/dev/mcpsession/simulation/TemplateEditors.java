package dev.mcpsession.simulation;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.McpSessionTemplateSpec;
import dev.mcpsession.api.Names;
import dev.mcpsession.api.PodTemplate;
import dev.mcpsession.simulation.model.Chance;
import dev.mcpsession.simulation.model.ModelClusterApi;
import dev.mcpsession.simulation.model.ModelEndings;
import dev.mcpsession.simulation.model.Truth;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Administrators who create, change, break, mend and delete templates. */
final class TemplateEditors {
  /** The first one gives its sessions a Service, the other does not. */
  static final List<String> NAMES = List.of("office", "lab");

  /** A grant that only some sessions have. */
  static final String GRANT = "own-grant";

  static final List<String> REPLACEMENTS = List.of("Surge", "Recreate");

  private static final KubernetesSerialization JSON = new KubernetesSerialization();

  private final World world;
  private final Chance chance;
  private int images;

  TemplateEditors(World world) {
    this.world = world;
    this.chance = world.secondChance;
  }

  /** Before the first session is created. */
  void begin() {
    Secret grant = world.server.secrets.find(ModelEndings.GRANT);
    world.server.create(
        world.server.secrets,
        new SecretBuilder(grant)
            .withMetadata(
                new ObjectMetaBuilder()
                    .withName(GRANT)
                    .addToLabels(Names.TOKEN_SOURCE_LABEL, "true")
                    .build())
            .build());
    NAMES.forEach(this::create);
  }

  /** One administrator does something. */
  void step() {
    String name = chance.oneOf(NAMES);
    McpSessionTemplate template = world.server.templates.find(name);
    if (template == null) {
      if (chance.in(0.4)) {
        create(name);
      }
      return;
    }
    int choice = chance.below(20);
    if (choice < 8) {
      change(name);
    } else if (choice < 16) {
      Map.Entry<String, @Nullable Object> field = chance.oneOf(fields());
      change(template, field.getKey(), chance.in(0.8) ? field.getValue() : null);
    } else if (choice < 18) {
      describe(template);
    } else {
      delete(template);
    }
  }

  private void create(String name) {
    Map<String, Object> session = new HashMap<>(Map.of("podTemplate", backend()));
    for (Map.Entry<String, @Nullable Object> field : fields()) {
      if (chance.in(0.4)) {
        session.put(field.getKey(), field.getValue());
      }
    }
    if (name.equals(NAMES.getFirst())) {
      session.put("service", true);
    }
    McpSessionTemplate template = new McpSessionTemplate();
    template.setMetadata(new ObjectMetaBuilder().withName(name).withGeneration(1L).build());
    template.setSpec(spec(session));
    world.server.create(world.server.templates, template);
    world.trace.line("template " + name + " is created with " + Truth.image(template));
    sourceChanged(name);
  }

  private static McpSessionTemplateSpec spec(Map<String, Object> session) {
    return JSON.convertValue(Map.of("session", session), McpSessionTemplateSpec.class);
  }

  /** What runs is changed, perhaps to what cannot run; nothing if there is no such template. */
  void change(String name) {
    McpSessionTemplate template = world.server.templates.find(name);
    if (template != null) {
      change(template, "podTemplate", backend());
    }
  }

  PodTemplate backend() {
    String image =
        chance.in(0.15)
            ? chance.oneOf(List.of(ModelClusterApi.INVALID_IMAGE, ModelKubelet.HUNG_IMAGE))
            : TemplateChecks.IMAGE + ++images;
    return ModelUsers.template(image, chance.in(0.1), false);
  }

  /** Those that a template may give; whether it gives a Service depends on its name alone. */
  private List<Map.Entry<String, @Nullable Object>> fields() {
    return List.of(
        Map.entry("idleTimeoutSeconds", chance.oneOf(List.of(0, 60, 300, 900, 3600))),
        Map.entry("onIdle", chance.oneOf(List.of("Delete", "Suspend"))),
        Map.entry("deleteAfterIdleSeconds", chance.oneOf(List.of(0, 600, 7200))),
        Map.entry(
            "startupTimeoutSeconds",
            world.starts.isZero() ? chance.oneOf(List.of(1, 20, 120)) : 120),
        Map.entry("drainSeconds", chance.oneOf(List.of(0, 10, 60))),
        Map.entry("replacement", chance.oneOf(REPLACEMENTS)),
        Map.entry("port", chance.between(8080, 8082)),
        Map.entry("path", chance.oneOf(List.of("/mcp", "/other"))),
        Map.entry("token", ModelSources.any(chance)));
  }

  /**
   * Changes a field of what the sessions are.
   *
   * @param value null removes the field
   */
  private void change(McpSessionTemplate template, String field, @Nullable Object value) {
    Map<String, Object> fields = new HashMap<>();
    Map<?, ?> before = JSON.convertValue(template.getSpec().session(), Map.class);
    before.forEach((key, old) -> fields.put(String.valueOf(key), old));
    if (value == null) {
      fields.remove(field);
    } else {
      fields.put(field, value);
    }
    write(template, spec(fields), field + " to " + value);
    if (field.equals("token")) {
      sourceChanged(Truth.name(template));
    }
  }

  /** A change that concerns no session. */
  private void describe(McpSessionTemplate template) {
    McpSessionTemplateSpec spec =
        JSON.convertValue(
            Map.of(
                "description",
                "number " + ++images,
                "signIn",
                Map.of("identity", "Issuer"),
                "session",
                template.getSpec().session()),
            McpSessionTemplateSpec.class);
    write(template, spec, "its description and how users sign in");
  }

  private void write(McpSessionTemplate template, McpSessionTemplateSpec spec, String what) {
    if (!spec.equals(template.getSpec())) {
      world.trace.line("template " + Truth.name(template) + " is changed: " + what);
      world.server.templates.edit(
          template,
          copy -> {
            copy.setSpec(spec);
            copy.getMetadata().setGeneration(copy.getMetadata().getGeneration() + 1);
          });
    }
  }

  private void delete(McpSessionTemplate template) {
    world.trace.line("template " + Truth.name(template) + " is deleted");
    world.server.templates.remove(Truth.name(template));
    sourceChanged(Truth.name(template));
  }

  /** Sessions that are being deleted have another token source, or none, from now on. */
  private void sourceChanged(String template) {
    for (McpSession session : world.server.sessions.all()) {
      if (template.equals(session.getSpec().templateName()) && !Truth.isLive(session)) {
        world.endingRule.sourceChanged(session);
      }
    }
  }

  /** Mends the templates; some stay broken or missing, which their sessions must bear. */
  void repair() {
    if (!world.offered) {
      return;
    }
    for (String name : NAMES) {
      McpSessionTemplate template = world.server.templates.find(name);
      boolean unusable = template == null || TemplateChecks.isBroken(template);
      if (chance.in(0.3) && unusable) {
        continue;
      } else if (template == null) {
        create(name);
        template = world.server.templates.find(name);
      }
      change(
          template,
          "podTemplate",
          ModelUsers.template(TemplateChecks.IMAGE + ++images, false, false));
    }
  }
}
