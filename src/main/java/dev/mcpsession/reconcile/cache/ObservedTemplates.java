package dev.mcpsession.reconcile.cache;

import dev.mcpsession.api.Condition;
import dev.mcpsession.api.EffectiveSpec;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.McpSessionTemplateStatus;
import dev.mcpsession.api.TemplateConditionType;
import dev.mcpsession.plan.observed.ObservedService;
import dev.mcpsession.plan.observed.ObservedTemplate;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads what a session has from its template. */
public final class ObservedTemplates {
  private ObservedTemplates() {}

  /**
   * The template that the session names.
   *
   * @param template null if it is missing, or the session names none
   */
  public static ObservedTemplate read(McpSession session, @Nullable McpSessionTemplate template) {
    String name = session.getSpec().templateName();
    return name == null
        ? new ObservedTemplate.NotUsed()
        : template == null ? new ObservedTemplate.Missing(name) : read(template);
  }

  /** What the template's status says of its present generation. */
  static ObservedTemplate read(McpSessionTemplate template) {
    String name = template.getMetadata().getName();
    Condition valid = validity(template);
    return valid == null
        ? new ObservedTemplate.Unchecked(name)
        : Condition.FALSE.equals(valid.status())
            ? new ObservedTemplate.Invalid(name, valid.message())
            : new ObservedTemplate.Usable(name);
  }

  /** Null if it is about an earlier generation. */
  private static @Nullable Condition validity(McpSessionTemplate template) {
    McpSessionTemplateStatus status = template.getStatus();
    Condition valid = status == null ? null : status.condition(TemplateConditionType.Valid);
    return valid != null
            && Objects.equals(valid.observedGeneration(), template.getMetadata().getGeneration())
        ? valid
        : null;
  }

  /**
   * The effective spec.
   *
   * @param template null if it is missing, or the session names none
   * @param service the session's own; null without one
   */
  public static McpSessionSpec spec(
      McpSession session,
      @Nullable McpSessionTemplate template,
      @Nullable ObservedService service) {
    McpSessionSpec own = session.getSpec();
    if (own.templateName() == null) {
      return EffectiveSpec.of(own);
    }
    return template == null
        ? EffectiveSpec.withoutTemplate(
            own, service != null, service == null ? null : service.appProtocol())
        : EffectiveSpec.of(own, template.getSpec().session());
  }
}
