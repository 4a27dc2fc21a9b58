package dev.mcpsession.explain;

import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.observed.ObservedTemplate;
import org.jspecify.annotations.Nullable;

/** From which template the session is made, and what is in the way of that. */
record TemplateState(Observation seen, ReadAccess access) {
  void write(TextTable table) {
    ObservedTemplate template = seen.session().template();
    String name = name(template);
    if (name == null) {
      return;
    }
    if (!access.templateReadable()) {
      table.put("Template", name + ", not readable");
      return;
    }
    table.put("Template", access.template() == null ? name : name + ", " + access.template());
    if (template.obstacle() != null) {
      table.more(template.obstacle() + "; until then no backend is made");
    }
  }

  private static @Nullable String name(ObservedTemplate template) {
    return switch (template) {
      case ObservedTemplate.NotUsed() -> null;
      case ObservedTemplate.Usable(var name) -> name;
      case ObservedTemplate.Unchecked(var name) -> name;
      case ObservedTemplate.Invalid(var name, var message) -> name;
      case ObservedTemplate.Missing(var name) -> name;
    };
  }
}
