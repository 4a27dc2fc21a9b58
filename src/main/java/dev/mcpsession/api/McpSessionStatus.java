package dev.mcpsession.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The observed state of a session. There is no phase: see the reason of the condition {@code
 * Ready}. Instants from which the operator measures time have milliseconds.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record McpSessionStatus(
    @JsonPropertyDescription("The metadata.generation that this status is based on.")
        @Nullable Long observedGeneration,
    @JsonPropertyDescription(
            "Number of the backend that serves, or served last: 1 for the first, never going back."
                + " Absent before the first has served.")
        @Min(0)
        @Nullable Integer revision,
    @JsonPropertyDescription("Name of the Pod that serves. Absent while none does.")
        @Nullable String podName,
    @JsonPropertyDescription(
            "URL of the MCP endpoint on the Pod that serves; it changes with each replacement,"
                + " while the Service of the session stays. Absent while none serves.")
        @Nullable String endpoint,
    @JsonPropertyDescription(
            "When the token of the backend that serves expires. Absent without a token, or when its"
                + " expiry is not known.")
        @Nullable Instant tokenExpirationTime,
    @JsonPropertyDescription(
            "When the backend will be replaced by one with a new token. Absent when there is"
                + " nothing to renew.")
        @Nullable Instant renewalTime,
    @JsonPropertyDescription(
            "Start of the idle clock, unless the annotation mcpsession.dev/lastActive is later:"
                + " when the session was first seen or resumed, then when its first backend after"
                + " that began to serve, and when the annotation was seen to go, to move back, or"
                + " to change to a value that cannot be used.")
        @Nullable Instant activeSince,
    @JsonPropertyDescription(
            "When the serving backend began to serve; drainSeconds of its predecessor are counted"
                + " from this time.")
        @Nullable Instant servingSince,
    @JsonPropertyDescription(
            "The start or replacement in progress, or the next one while nextAttemptTime is set."
                + " Absent when there is none.")
        @Nullable Attempt attempt,
    @JsonPropertyDescription(
            "Consecutive failed starts and replacements. 0 after 10 minutes of serving, or after a"
                + " change of the inputs that failed.")
        @Min(0)
        @Nullable Integer failures,
    @JsonPropertyDescription(
            "When the next attempt is due after a failure: 5 seconds later, doubling to 5 minutes."
                + " Absent when no attempt is pending.")
        @Nullable Instant nextAttemptTime,
    @JsonPropertyDescription(
            "Ready: the session serves. UpToDate: the serving backend matches spec, restartedAt and"
                + " token source. TokenValid: the backend has a token that has not expired."
                + " ActivityValid: mcpsession.dev/lastActive can be read. Stalled: only present,"
                + " and True, while Ready is False for InvalidSpec, NameConflict or"
                + " TemplateMissing.")
        @Nullable List<Condition> conditions) {

  /** The condition of this type; null if there is none. */
  public @Nullable Condition condition(ConditionType type) {
    return conditions == null
        ? null
        : conditions.stream()
            .filter(condition -> condition.type().equals(type.name()))
            .findFirst()
            .orElse(null);
  }

  /** A copy with another attempt. */
  public McpSessionStatus with(@Nullable Attempt attempt) {
    return with(attempt, conditions);
  }

  /** A copy with other conditions. */
  public McpSessionStatus withConditions(List<Condition> conditions) {
    return with(attempt, conditions);
  }

  private McpSessionStatus with(@Nullable Attempt attempt, @Nullable List<Condition> conditions) {
    return new McpSessionStatus(
        observedGeneration,
        revision,
        podName,
        endpoint,
        tokenExpirationTime,
        renewalTime,
        activeSince,
        servingSince,
        attempt,
        failures,
        nextAttemptTime,
        conditions);
  }

  /** A start or replacement in progress, or the next one while {@code nextAttemptTime} is set. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Attempt(
      @JsonPropertyDescription("Number of the backend that is being started.") @Required @Min(1)
          int revision,
      @JsonPropertyDescription(
              "Why: start (the first one, or a resume), backend (the Pod ended, vanished or stayed"
                  + " not Ready), template (podTemplate, port or token changed, its own or its"
                  + " template's), restart (mcpsession.dev/restartedAt changed), token (due for"
                  + " renewal, or changed in the source), node (the Pod's node is cordoned, drained"
                  + " or about to be removed).")
          @Required
          Cause cause,
      @JsonPropertyDescription("When it began.") @Required Instant startTime,
      @JsonPropertyDescription(
              "Hash of everything that the backend is created from; if it changes, the attempt"
                  + " starts over.")
          @Required
          String inputs) {}
}
