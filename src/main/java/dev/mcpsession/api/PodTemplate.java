package dev.mcpsession.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The backend Pod as the user describes it. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record PodTemplate(
    @JsonPropertyDescription("Labels and annotations of the backend Pod; nothing else is kept.")
        @Nullable Metadata metadata,
    @JsonPropertyDescription(
            "A full Pod spec. The backend container is the one named 'backend', else the first. For"
                + " fields that it does not set, the operator adds safe defaults: no service"
                + " account token is mounted, no service links, runAsNonRoot, seccomp profile"
                + " RuntimeDefault, no privilege escalation, all capabilities dropped, and a TCP"
                + " readiness probe on the port. An init container that sets runAsUser 0 itself"
                + " runs as root with the runtime's capabilities, unless the Pod's own"
                + " securityContext sets runAsNonRoot.")
        @Required
        PodSpec spec) {

  /** Labels and annotations that the backend Pod carries besides the operator's own. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Metadata(
      @JsonPropertyDescription(
              "Labels of the backend Pod besides the operator's own. Keys that begin with"
                  + " mcpsession.dev/ are refused.")
          @ValidationRule(
              value = "self.all(key, !key.startsWith('mcpsession.dev/'))",
              message = "labels that begin with mcpsession.dev/ are set by the operator alone")
          @Nullable Map<String, String> labels,
      @JsonPropertyDescription(
              "Annotations of the backend Pod besides the operator's own. Keys that begin with"
                  + " mcpsession.dev/ are refused.")
          @ValidationRule(
              value = "self.all(key, !key.startsWith('mcpsession.dev/'))",
              message = "annotations that begin with mcpsession.dev/ are set by the operator alone")
          @Nullable Map<String, String> annotations) {}

  /** Never null; empty where the template has none. */
  public Map<String, String> labels() {
    return metadata == null || metadata.labels() == null ? Map.of() : metadata.labels();
  }

  /** Never null; empty where the template has none. */
  public Map<String, String> annotations() {
    return metadata == null || metadata.annotations() == null ? Map.of() : metadata.annotations();
  }
}
