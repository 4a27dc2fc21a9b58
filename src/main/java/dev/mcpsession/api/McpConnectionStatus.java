package dev.mcpsession.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the id leads now, and what a later backend has to be told. Session and revision stand for
 * one Pod: the number of a revision never returns.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record McpConnectionStatus(
    @JsonPropertyDescription("Number of the session's backend that the id is bound to.")
        @Required
        @Min(1)
        int revision,
    @JsonPropertyDescription(
            "How many sessions of this backend the id was bound to before, and the backend has"
                + " forgotten, since its container was started again. Absent: none.")
        @Min(1)
        @Nullable Integer epoch,
    @JsonPropertyDescription(
            "The MCP session id that this backend gave. Absent: it keeps no sessions.")
        @Size(min = 1, max = MAX_BACKEND_SESSION_ID)
        @Nullable String backendSessionId,
    @JsonPropertyDescription(
            "URL of the MCP endpoint of this backend. Absent in a connection that an earlier"
                + " version wrote: then it is the session's, if the revision is.")
        @Size(min = 1, max = MAX_ENDPOINT)
        @Nullable String endpoint,
    @JsonPropertyDescription(
            "What the id was bound to before, while that backend drains. Absent: nothing.")
        @Nullable Previous previous,
    @JsonPropertyDescription("The level of logging that the client set. Absent: none.")
        @Size(max = MAX_LOG_LEVEL)
        @Nullable String logLevel,
    @JsonPropertyDescription("URIs of the resources that the client has subscribed to.")
        @Size(max = MAX_SUBSCRIPTIONS)
        @Nullable List<@Size(max = MAX_URI) String> subscriptions,
    @JsonPropertyDescription(
            "The gateway's replica that opened the newest stream of the server's own messages, by"
                + " the name that replicas have among themselves; another one that has such a"
                + " stream closes it. Absent: no two replicas had one.")
        @Size(min = 1, max = MAX_REPLICA)
        @Nullable String streamReplica,
    @JsonPropertyDescription(
            "When the client used the id last, as of the last write: written at most every 6"
                + " hours. Absent: never since it was made.")
        @Nullable Instant lastUsedTime) {
  /** Most characters of a backend's session id. */
  public static final int MAX_BACKEND_SESSION_ID = 1024;

  /** Most characters of a backend's URL. */
  public static final int MAX_ENDPOINT = 2048;

  /** Most characters of a level of logging. */
  public static final int MAX_LOG_LEVEL = 64;

  /** Most subscriptions. */
  public static final int MAX_SUBSCRIPTIONS = 256;

  /** Most characters of the URI of a subscription. */
  public static final int MAX_URI = 2048;

  /** Most characters of a replica's name. */
  public static final int MAX_REPLICA = 512;

  /** A binding that is over. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Previous(
      @JsonPropertyDescription("Number of the backend.") @Required @Min(1) int revision,
      @JsonPropertyDescription(
              "How many sessions of this backend the id was bound to before that. Absent: none.")
          @Min(1)
          @Nullable Integer epoch,
      @JsonPropertyDescription(
              "The MCP session id that this backend gave. Absent: it keeps no sessions.")
          @Size(min = 1, max = MAX_BACKEND_SESSION_ID)
          @Nullable String backendSessionId,
      @JsonPropertyDescription(
              "URL of the MCP endpoint of this backend. Absent: an earlier version wrote it.")
          @Size(min = 1, max = MAX_ENDPOINT)
          @Nullable String endpoint) {
    /** Without the backend's session id, which is a credential. */
    @Override
    public String toString() {
      return "Previous[revision=" + revision + "]";
    }
  }

  /** Without the backend's session id, which is a credential. */
  @Override
  public String toString() {
    return "McpConnectionStatus[revision=" + revision + "]";
  }
}
