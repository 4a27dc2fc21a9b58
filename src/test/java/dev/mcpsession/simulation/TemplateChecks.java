package dev.mcpsession.simulation;

import dev.mcpsession.api.Condition;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.McpSessionTemplateStatus;
import dev.mcpsession.api.TemplateConditionType;
import dev.mcpsession.simulation.model.ModelClusterApi;
import dev.mcpsession.simulation.model.Truth;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Says of each generation of a template whether Pods can be made from it, some time later. */
final class TemplateChecks {
  /** How the images of templates begin. */
  static final String IMAGE = "offer-";

  private final World world;

  TemplateChecks(World world) {
    this.world = world;
  }

  /** Checks one template, or counts its sessions anew. */
  void step() {
    List<McpSessionTemplate> templates = world.server.templates.all();
    if (!templates.isEmpty()) {
      McpSessionTemplate template = world.secondChance.oneOf(templates);
      if (isUnchecked(template)) {
        check(template, world.secondChance.in(0.1) ? "Unknown" : Condition.TRUE);
      } else {
        write(template, template.getStatus().conditions());
      }
    }
  }

  /** Checks all of them. */
  void settle() {
    world.server.templates.all().stream()
        .filter(TemplateChecks::isUnchecked)
        .forEach(template -> check(template, Condition.TRUE));
  }

  /** Whether backends are made from it once it was checked. */
  static boolean isBroken(McpSessionTemplate template) {
    return Truth.image(template).equals(ModelClusterApi.INVALID_IMAGE);
  }

  private static boolean isUnchecked(McpSessionTemplate template) {
    McpSessionTemplateStatus status = template.getStatus();
    return status == null
        || !Objects.equals(status.observedGeneration(), template.getMetadata().getGeneration());
  }

  private void check(McpSessionTemplate template, String otherwise) {
    String verdict = isBroken(template) ? Condition.FALSE : otherwise;
    world.trace.line("template " + Truth.name(template) + " is found to be valid: " + verdict);
    write(
        template,
        List.of(
            new Condition(
                TemplateConditionType.Valid.name(),
                verdict,
                template.getMetadata().getGeneration(),
                world.clock.instant(),
                "Checked",
                "the Pod is invalid")));
  }

  private void write(McpSessionTemplate template, @Nullable List<Condition> conditions) {
    int sessions =
        (int)
            world.server.sessions.all().stream()
                .filter(session -> Truth.name(template).equals(session.getSpec().templateName()))
                .count();
    world.server.templates.edit(
        template,
        copy ->
            copy.setStatus(
                new McpSessionTemplateStatus(
                    template.getMetadata().getGeneration(), sessions, null, conditions)));
  }
}
