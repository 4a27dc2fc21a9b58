package dev.mcpsession.api;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.SelectableField;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The desired state, as users write it. What is absent comes from the template that {@code
 * templateRef} names, if there is one ({@link EffectiveSpec}), then from the documented default,
 * which the accessors without {@code Seconds} apply: never from the schema, where a default would
 * hide that the field was left out. The upper limits (a year, a day) only reject typing errors and
 * values that an int cannot hold.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
    value = "has(self.podTemplate) != has(self.templateRef)",
    message = "exactly one of podTemplate and templateRef must be set")
@ValidationRule(
    value = "has(self.owner) == has(oldSelf.owner)",
    message = "owner cannot be changed: make a new session for another owner")
@ValidationRule(
    value =
        "!has(self.token) || !has(self.token.oauth2Refresh)"
            + " || has(self.token.oauth2Refresh.grantSecretName) || has(self.grantSecretName)",
    message = "token.oauth2Refresh needs a grantSecretName, its own or spec.grantSecretName")
public record McpSessionSpec(
    @JsonPropertyDescription(
            "The user whose session this is, by the name known upstream. Cannot be changed. Select"
                + " by it with kubectl get mcps --field-selector spec.user=alice.")
        @Required
        @Size(min = 1, max = 256)
        @ValidationRule(
            value = "self == oldSelf",
            message = "user cannot be changed: make a new session for another user")
        @SelectableField
        String user,
    @JsonPropertyDescription(
            "Who may use the session through the session gateway, as an issuer names that user."
                + " Cannot be changed. Default: nobody.")
        @ValidationRule(
            value = "self == oldSelf",
            message = "owner cannot be changed: make a new session for another owner")
        @Nullable Owner owner,
    @JsonPropertyDescription(
            "The template that the session is made from, instead of a podTemplate of its own. What"
                + " the session leaves out comes from spec.session of the template. A change of the"
                + " template replaces the backend like a change of the session.")
        @Nullable TemplateReference templateRef,
    @JsonPropertyDescription(FieldText.IDLE_TIMEOUT) @Min(0) @Max(MAX_SECONDS)
        @Nullable Integer idleTimeoutSeconds,
    @JsonPropertyDescription(FieldText.MAX_LIFETIME) @Min(1) @Max(MAX_SECONDS)
        @Nullable Integer maxLifetimeSeconds,
    @JsonPropertyDescription(
            FieldText.ON_IDLE + " Default Delete; of a session with a templateRef Suspend.")
        @Nullable OnIdle onIdle,
    @JsonPropertyDescription(
            FieldText.DELETE_AFTER_IDLE
                + " Default 0: never; of a session with a templateRef 604800 (a week).")
        @Min(0)
        @Max(MAX_SECONDS)
        @Nullable Integer deleteAfterIdleSeconds,
    @JsonPropertyDescription(
            "true: no backend runs and the idle clock is stopped, while the session and its Service"
                + " stay. Default false.")
        @Default("false")
        @Nullable Boolean suspend,
    @JsonPropertyDescription(FieldText.STARTUP_TIMEOUT) @Min(1) @Max(MAX_PHASE_SECONDS)
        @Nullable Integer startupTimeoutSeconds,
    @JsonPropertyDescription(FieldText.DRAIN + " Default 10; of a session with a templateRef 120.")
        @Min(0)
        @Max(MAX_PHASE_SECONDS)
        @Nullable Integer drainSeconds,
    @JsonPropertyDescription(FieldText.REPLACEMENT) @Nullable Replacement replacement,
    @JsonPropertyDescription(FieldText.PORT) @Min(1) @Max(65535) @Nullable Integer port,
    @JsonPropertyDescription(FieldText.PATH) @Size(max = 1024) @Pattern(ENDPOINT_PATH)
        @Nullable String path,
    @JsonPropertyDescription(
            FieldText.SERVICE + " Default true; of a session with a templateRef false.")
        @Nullable Boolean service,
    @JsonPropertyDescription(FieldText.SERVICE_APP_PROTOCOL)
        @Size(min = 1, max = 253)
        @Pattern(APP_PROTOCOL)
        @Nullable String serviceAppProtocol,
    @JsonPropertyDescription(FieldText.POD_TEMPLATE) @Nullable PodTemplate podTemplate,
    @JsonPropertyDescription(FieldText.TOKEN) @Nullable TokenSpec token,
    @JsonPropertyDescription(
            "Name of the grant Secret of this session's user, instead of"
                + " token.oauth2Refresh.grantSecretName, which a template cannot know.")
        @Size(min = 1, max = 253)
        @Pattern(TokenSpec.SUBDOMAIN)
        @Nullable String grantSecretName) {
  /** Path of a URL, without query and fragment. */
  static final String ENDPOINT_PATH = "^/[^\\s?#]*$";

  /** What Kubernetes accepts as appProtocol: a qualified name. */
  static final String APP_PROTOCOL =
      "^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?"
          + "[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$";

  public static final int DEFAULT_IDLE_TIMEOUT_SECONDS = 900;
  public static final int DEFAULT_STARTUP_TIMEOUT_SECONDS = 120;
  public static final int DEFAULT_DRAIN_SECONDS = 10;
  public static final int DEFAULT_PORT = 8080;
  public static final String DEFAULT_PATH = "/mcp";

  /** A year. */
  static final int MAX_SECONDS = 31_536_000;

  /** A day. */
  static final int MAX_PHASE_SECONDS = 86_400;

  /**
   * Whom the gateway lets in.
   *
   * @param issuer {@code iss} of the user's tokens (RFC 7519)
   * @param subject {@code sub} of the user's tokens, unique within the issuer
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Owner(
      @JsonPropertyDescription("Issuer of the user's tokens (iss), such as https://sso.example.")
          @Required
          @Size(min = 1, max = 1024)
          String issuer,
      @JsonPropertyDescription("The user, by the issuer's identifier (sub).")
          @Required
          @Size(min = 1, max = 1024)
          String subject) {}

  /** A template of the session's own namespace. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record TemplateReference(
      @JsonPropertyDescription("Name of an McpSessionTemplate of the session's namespace.")
          @Required
          @Size(min = 1, max = McpSessionTemplate.MAX_NAME)
          @Pattern(McpSessionTemplate.NAME)
          String name) {}

  /** What happens to a session at its idle deadline. */
  public enum OnIdle {
    Delete,
    Suspend
  }

  /** How a backend is replaced by the next one. */
  public enum Replacement {
    /** The new one is Ready before the old one stops. */
    Surge,
    /** The old one is gone before the new one is made: for what two Pods cannot share. */
    Recreate
  }

  /** Of a session that says nothing itself but whose it is and of which template. */
  public static McpSessionSpec of(
      String user, @Nullable Owner owner, @Nullable TemplateReference templateRef) {
    return new McpSessionSpec(
        user,
        owner,
        templateRef,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  /** Whether the session is this owner's, of the template of this name. */
  public boolean isOf(Owner who, String template) {
    return who.equals(owner) && template.equals(templateName());
  }

  /** The name of its template; null without one. */
  public @Nullable String templateName() {
    return templateRef == null ? null : templateRef.name();
  }

  /**
   * The Pod template of an effective spec that is complete.
   *
   * @throws NullPointerException if the template that should give it is missing
   */
  public PodTemplate backend() {
    return Objects.requireNonNull(podTemplate, "the session's template is missing");
  }

  /** A copy with this token source. */
  McpSessionSpec withToken(TokenSpec token) {
    return with(token, grantSecretName);
  }

  /** A copy with the grant Secret of its user. */
  public McpSessionSpec withGrantSecretName(String grantSecretName) {
    return with(token, grantSecretName);
  }

  private McpSessionSpec with(@Nullable TokenSpec token, @Nullable String grantSecretName) {
    return new McpSessionSpec(
        user,
        owner,
        templateRef,
        idleTimeoutSeconds,
        maxLifetimeSeconds,
        onIdle,
        deleteAfterIdleSeconds,
        suspend,
        startupTimeoutSeconds,
        drainSeconds,
        replacement,
        port,
        path,
        service,
        serviceAppProtocol,
        podTemplate,
        token,
        grantSecretName);
  }

  /** Time without use after which the session is idle; zero: never. */
  public Duration idleTimeout() {
    return Duration.ofSeconds(or(idleTimeoutSeconds, DEFAULT_IDLE_TIMEOUT_SECONDS));
  }

  /** Absolute limit counted from the session's creation; null: none. */
  public @Nullable Duration maxLifetime() {
    return maxLifetimeSeconds == null ? null : Duration.ofSeconds(maxLifetimeSeconds);
  }

  public boolean suspendsWhenIdle() {
    return onIdle == OnIdle.Suspend;
  }

  /** Time without use after which a session that is suspended for that is deleted; null: never. */
  public @Nullable Duration deletedAfterIdle() {
    return deleteAfterIdleSeconds == null || deleteAfterIdleSeconds == 0
        ? null
        : Duration.ofSeconds(deleteAfterIdleSeconds);
  }

  /** Whether the old backend is gone before the next one is made. */
  public boolean recreates() {
    return replacement == Replacement.Recreate;
  }

  /** Whether the spec suspends it; not a field of its own. */
  @JsonIgnore
  public boolean isSuspended() {
    return Boolean.TRUE.equals(suspend);
  }

  /** Time from the Pod being scheduled to it being Ready. */
  public Duration startupTimeout() {
    return Duration.ofSeconds(or(startupTimeoutSeconds, DEFAULT_STARTUP_TIMEOUT_SECONDS));
  }

  /** How long the old revision keeps running after a new one was promoted; zero: not at all. */
  public Duration drain() {
    return Duration.ofSeconds(or(drainSeconds, DEFAULT_DRAIN_SECONDS));
  }

  public int backendPort() {
    return or(port, DEFAULT_PORT);
  }

  public String endpointPath() {
    return path == null ? DEFAULT_PATH : path;
  }

  public boolean wantsService() {
    return !Boolean.FALSE.equals(service);
  }

  /** Whether its tokens must be revoked when it ends. */
  public boolean wantsRevocation() {
    OAuth2Source oauth2 = token == null ? null : token.oauth2();
    return oauth2 != null && oauth2.revocationEndpoint() != null;
  }

  private static int or(@Nullable Integer value, int otherwise) {
    return value == null ? otherwise : value;
  }
}
