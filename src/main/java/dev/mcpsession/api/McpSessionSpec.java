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
import org.jspecify.annotations.Nullable;

/**
 * The desired state, as users write it. Absent fields mean the documented default; the accessors
 * without {@code Seconds} apply it. The upper limits (a year, a day) only reject typing errors and
 * values that an int cannot hold.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
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
            "Seconds without use after which the session is idle. Default 900 (15 minutes);"
                + " 0: never idle.")
        @Default("" + DEFAULT_IDLE_TIMEOUT_SECONDS)
        @Min(0)
        @Max(MAX_SECONDS)
        @Nullable Integer idleTimeoutSeconds,
    @JsonPropertyDescription(
            "Seconds from its creation after which the session is deleted, used or not, suspended"
                + " or not. Default: no limit.")
        @Min(1)
        @Max(MAX_SECONDS)
        @Nullable Integer maxLifetimeSeconds,
    @JsonPropertyDescription(
            "What happens once the session is idle. Delete (the default): the session and all its"
                + " objects are deleted. Suspend: its backend is deleted, the session stays, and"
                + " activity resumes it.")
        @Default("Delete")
        @Nullable OnIdle onIdle,
    @JsonPropertyDescription(
            "true: no backend runs and the idle clock is stopped, while the session and its Service"
                + " stay. Default false.")
        @Default("false")
        @Nullable Boolean suspend,
    @JsonPropertyDescription(
            "Seconds that a backend may take to become Ready, counted from the start of the"
                + " container of its Pod that starts last, or from the Pod being scheduled if a"
                + " container failed. While an image is being pulled, three times as many, counted"
                + " from the Pod being scheduled. A serving backend that is not Ready for"
                + " startupTimeoutSeconds is replaced. Default 120.")
        @Default("" + DEFAULT_STARTUP_TIMEOUT_SECONDS)
        @Min(1)
        @Max(MAX_PHASE_SECONDS)
        @Nullable Integer startupTimeoutSeconds,
    @JsonPropertyDescription(
            "Seconds that the old backend keeps running after a new one has taken over, to finish"
                + " requests in flight. Default 10; 0: it is stopped at once.")
        @Default("" + DEFAULT_DRAIN_SECONDS)
        @Min(0)
        @Max(MAX_PHASE_SECONDS)
        @Nullable Integer drainSeconds,
    @JsonPropertyDescription("TCP port on which the backend listens. Default 8080.")
        @Default("" + DEFAULT_PORT)
        @Min(1)
        @Max(65535)
        @Nullable Integer port,
    @JsonPropertyDescription(
            "Path of the MCP endpoint on the backend, used for status.endpoint. Begins with a"
                + " slash. Default /mcp.")
        @Default(DEFAULT_PATH)
        @Size(max = 1024)
        @Pattern("^/[^\\s?#]*$")
        @Nullable String path,
    @JsonPropertyDescription(
            "true (the default): a ClusterIP Service named like the session always points to the"
                + " backend that serves. false: there is none, and clients use status.endpoint.")
        @Default("true")
        @Nullable Boolean service,
    @JsonPropertyDescription(
            "Application protocol of the Service's port (appProtocol), by which gateways find MCP"
                + " servers, such as agentgateway.dev/mcp or kgateway.dev/mcp. A change replaces"
                + " nothing. Default: none, and what others set on the Service stays.")
        @Size(min = 1, max = 253)
        @Pattern(APP_PROTOCOL)
        @Nullable String serviceAppProtocol,
    @JsonPropertyDescription(
            "The backend Pod. A change replaces the backend: the new one is Ready before the old"
                + " one stops.")
        @Required
        PodTemplate podTemplate,
    @JsonPropertyDescription(
            "Where the user's upstream token comes from and how the backend gets it. Default: the"
                + " backend gets no token.")
        @Nullable TokenSpec token) {
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
  private static final int MAX_SECONDS = 31_536_000;

  /** A day. */
  private static final int MAX_PHASE_SECONDS = 86_400;

  /** What happens to a session at its idle deadline. */
  public enum OnIdle {
    Delete,
    Suspend
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
