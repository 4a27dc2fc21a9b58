package dev.mcpsession.api;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A condition as the Kubernetes API conventions describe it ({@code metav1.Condition}). The time is
 * null until the condition is merged with the current status; the API requires it.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Condition(
    @JsonPropertyDescription(
            "Of a session: Ready, UpToDate, TokenValid, ActivityValid or Stalled. Of a template:"
                + " Valid or UpToDate.")
        @Required
        @Size(min = 1, max = 316)
        String type,
    @JsonPropertyDescription("True, False or Unknown.") @Required @Pattern("^(True|False|Unknown)$")
        String status,
    @JsonPropertyDescription("The metadata.generation that this condition was decided on.") @Min(0)
        @Nullable Long observedGeneration,
    @JsonPropertyDescription("When status last changed from one value to another.") @Required
        @Nullable Instant lastTransitionTime,
    @JsonPropertyDescription("Why, in one CamelCase word that programs may rely on.")
        @Required
        @Size(min = 1, max = 1024)
        String reason,
    @JsonPropertyDescription("Why, in words for people: what happened, and what to do about it.")
        @Required
        @Size(max = LONGEST_MESSAGE)
        String message) {
  /** Most characters of a message. */
  public static final int LONGEST_MESSAGE = 32_768;

  public static final String TRUE = "True";
  public static final String FALSE = "False";
  public static final String UNKNOWN = "Unknown";

  /** Derived, not a field of its own. */
  @JsonIgnore
  public boolean isTrue() {
    return TRUE.equals(status);
  }
}
