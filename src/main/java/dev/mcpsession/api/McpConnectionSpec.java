package dev.mcpsession.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** Whose id it is, and what its client said when it got it. Never changes. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
    value = "self == oldSelf",
    message = "spec cannot be changed: a client that initializes anew gets a new id")
public record McpConnectionSpec(
    @JsonPropertyDescription("Name of the McpSession that the id leads to.")
        @Required
        @Size(min = 1, max = 52)
        String sessionName,
    @JsonPropertyDescription("The uid of that session: the id is no good for a later one.")
        @Required
        @Size(min = 1, max = 64)
        String sessionUid,
    @JsonPropertyDescription("Name of the McpSessionTemplate that the client addressed.")
        @Required
        @Size(min = 1, max = McpSessionTemplate.MAX_NAME)
        @Pattern(McpSessionTemplate.NAME)
        String templateName,
    @JsonPropertyDescription(
            "SHA-256 of the user's issuer and subject, each as a netstring without comma, in"
                + " hexadecimal.")
        @Required
        @Pattern("^[0-9a-f]{64}$")
        String owner,
    @JsonPropertyDescription("The version of the protocol that client and backend agreed on.")
        @Required
        @Size(min = 1, max = MAX_PROTOCOL_VERSION)
        String protocolVersion,
    @JsonPropertyDescription("What the client calls itself. Absent: it did not say.")
        @Size(max = MAX_CLIENT_NAME)
        @Nullable String clientName,
    @JsonPropertyDescription(
            "The parameters of the client's initialize, as sent: at most 16 KiB as JSON. They are"
                + " sent again to each later backend.")
        @Required
        @PreserveUnknownFields
        @JsonInclude
        ObjectNode initialize) {
  /** Most characters of a protocol version. */
  public static final int MAX_PROTOCOL_VERSION = 64;

  /** Most characters of a client's name. */
  public static final int MAX_CLIENT_NAME = 256;

  /**
   * Most bytes of {@code initialize} as JSON. The schema cannot say it of an object whose fields
   * are unknown: whoever writes it keeps to it.
   */
  public static final int MAX_INITIALIZE_BYTES = 16 * 1024;

  /** Without what the client sent. */
  @Override
  public String toString() {
    return "McpConnectionSpec[sessionName=" + sessionName + "]";
  }
}
