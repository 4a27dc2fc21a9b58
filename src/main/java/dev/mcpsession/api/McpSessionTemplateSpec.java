package dev.mcpsession.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.mcpsession.api.McpSessionSpec.OnIdle;
import dev.mcpsession.api.McpSessionSpec.Replacement;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is offered, to whom, and what counts as use. The operator reads {@code session} alone; the
 * other fields are the gateway's.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record McpSessionTemplateSpec(
    @JsonPropertyDescription("What is offered, in words for users. Default: none.")
        @Size(max = 1024)
        @Nullable String description,
    @JsonPropertyDescription(
            "Who may use the template through the session gateway. Default: nobody.")
        @Nullable Access access,
    @JsonPropertyDescription(
            "What counts as use of a session through the gateway. Requests (the default): what"
                + " clients send. Streams: an open stream with a living client as well.")
        @Default("Requests")
        @Nullable ActivityKind activity,
    @JsonPropertyDescription(
            "What happens after a user's last stream and request have ended. Keep (the default):"
                + " nothing. Release: the session counts as idle after disconnectGraceSeconds.")
        @Default("Keep")
        @Nullable OnDisconnect onDisconnect,
    @JsonPropertyDescription(
            "Seconds from the end of a user's last stream and request to the session counting as"
                + " idle, with onDisconnect Release. Default 60.")
        @Default("60")
        @Min(0)
        @Max(McpSessionSpec.MAX_SECONDS)
        @Nullable Integer disconnectGraceSeconds,
    @JsonPropertyDescription(
            "Number of MCP session ids that one user may have; beyond it the least recently used"
                + " one ends. Default 32.")
        @Default("32")
        @Min(1)
        @Max(1024)
        @Nullable Integer connectionsPerSession,
    @JsonPropertyDescription(
            "What the sessions are: each field is taken by the sessions that name this template and"
                + " do not set it themselves.")
        @Required
        Session session) {

  /** Who may use a template; whoever one of the three lists or {@code everyone} names. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Access(
      @JsonPropertyDescription("true: every user whom a configured issuer names. Default false.")
          @Default("false")
          @Nullable Boolean everyone,
      @JsonPropertyDescription("Users, by the value of the issuer's user claim. Default: none.")
          @Nullable List<String> users,
      @JsonPropertyDescription("Groups, by values of the issuer's groups claim. Default: none.")
          @Nullable List<String> groups,
      @JsonPropertyDescription("Scopes that a user's token must have, all of them. Default: none.")
          @Nullable List<String> requiredScopes) {}

  /** What counts as use. */
  public enum ActivityKind {
    Requests,
    Streams
  }

  /** What happens once a user is gone. */
  public enum OnDisconnect {
    Keep,
    Release
  }

  /**
   * What sessions take from a template: the fields of {@link McpSessionSpec} that are not one
   * user's own. {@link EffectiveSpec} applies the defaults.
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Session(
      @JsonPropertyDescription(FieldText.IDLE_TIMEOUT) @Min(0) @Max(McpSessionSpec.MAX_SECONDS)
          @Nullable Integer idleTimeoutSeconds,
      @JsonPropertyDescription(FieldText.MAX_LIFETIME) @Min(1) @Max(McpSessionSpec.MAX_SECONDS)
          @Nullable Integer maxLifetimeSeconds,
      @JsonPropertyDescription(FieldText.ON_IDLE + " Default Suspend.") @Nullable OnIdle onIdle,
      @JsonPropertyDescription(FieldText.DELETE_AFTER_IDLE + " Default 604800 (a week).")
          @Min(0)
          @Max(McpSessionSpec.MAX_SECONDS)
          @Nullable Integer deleteAfterIdleSeconds,
      @JsonPropertyDescription(FieldText.STARTUP_TIMEOUT)
          @Min(1)
          @Max(McpSessionSpec.MAX_PHASE_SECONDS)
          @Nullable Integer startupTimeoutSeconds,
      @JsonPropertyDescription(FieldText.DRAIN + " Default 120.")
          @Min(0)
          @Max(McpSessionSpec.MAX_PHASE_SECONDS)
          @Nullable Integer drainSeconds,
      @JsonPropertyDescription(FieldText.REPLACEMENT) @Nullable Replacement replacement,
      @JsonPropertyDescription(FieldText.PORT) @Min(1) @Max(65535) @Nullable Integer port,
      @JsonPropertyDescription(FieldText.PATH)
          @Size(max = 1024)
          @Pattern(McpSessionSpec.ENDPOINT_PATH)
          @Nullable String path,
      @JsonPropertyDescription(FieldText.SERVICE + " Default false.") @Nullable Boolean service,
      @JsonPropertyDescription(FieldText.SERVICE_APP_PROTOCOL)
          @Size(min = 1, max = 253)
          @Pattern(McpSessionSpec.APP_PROTOCOL)
          @Nullable String serviceAppProtocol,
      @JsonPropertyDescription(FieldText.POD_TEMPLATE) @Required PodTemplate podTemplate,
      @JsonPropertyDescription(
              FieldText.TOKEN
                  + " A grantSecretName in it is taken by the sessions that set no"
                  + " spec.grantSecretName.")
          @Nullable TokenSpec token) {}
}
