package dev.mcpsession.gateway.kubernetes;

import dev.mcpsession.api.McpSessionTemplate;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;

/** Makes an object go with its template. */
public final class TemplateOwner {
  private TemplateOwner() {}

  /**
   * An owner reference to a template.
   *
   * @param template as stored
   */
  public static OwnerReference of(McpSessionTemplate template) {
    return new OwnerReferenceBuilder()
        .withApiVersion(template.getApiVersion())
        .withKind(template.getKind())
        .withName(template.getMetadata().getName())
        .withUid(template.getMetadata().getUid())
        .build();
  }
}
