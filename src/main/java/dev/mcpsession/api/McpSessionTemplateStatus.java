package dev.mcpsession.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How far the sessions of a template are; written by the operator alone. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record McpSessionTemplateStatus(
    @JsonPropertyDescription("The metadata.generation that this status is based on.")
        @Nullable Long observedGeneration,
    @JsonPropertyDescription("Number of sessions that name the template.") @Min(0)
        @Nullable Integer sessions,
    @JsonPropertyDescription(
            "Number of those with nothing left to do for this generation of the template: what"
                + " serves is made from it, or the session is suspended and nothing runs.")
        @Min(0)
        @Nullable Integer upToDate,
    @JsonPropertyDescription(
            "Valid: the API server accepts a Pod made from the template; while it is False, no"
                + " backend is made from it. UpToDate: every session is up to date; its message"
                + " says how many are behind, and why. Both carry the generation that they are"
                + " about, so kubectl wait --for=condition=UpToDate waits for a roll-out.")
        @Nullable List<Condition> conditions) {

  /** The condition of this type, of whatever generation; null if there is none. */
  public @Nullable Condition condition(TemplateConditionType type) {
    return conditions == null
        ? null
        : conditions.stream()
            .filter(condition -> condition.type().equals(type.name()))
            .findFirst()
            .orElse(null);
  }
}
