package dev.mcpsession.gateway.resume;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpsession.gateway.route.MessageAuthentication;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a replica says to another one whose buffer it needs for a client that it has let in. It
 * holds no token: its code shows that a replica sends it, and it is good for a few seconds only.
 * The answer has a code as well, since addresses of Pods are used again and a stranger may be
 * there.
 *
 * @param nonce that no other request has
 * @param connection the name of the McpConnection
 * @param eventId the last that the client has; it names the replica that is asked
 */
public record ReplicaRequest(String nonce, Instant time, String connection, String eventId) {
  /** Where it is sent to. */
  public static final String PATH = "/.gateway/streams";

  /** Carries it. */
  public static final String HEADER = "Mcp-Gateway-Request";

  /** Carries the code of the answer. */
  public static final String PROOF_HEADER = "Mcp-Gateway-Proof";

  /** Both clocks' difference included. */
  static final Duration GOOD_FOR = Duration.ofSeconds(10);

  private static final String PURPOSE = "replica request";
  private static final String ANSWER_PURPOSE = "replica answer";
  private static final Pattern FORM =
      Pattern.compile(
          "(([A-Za-z0-9_-]{16,64})\\.([0-9]{1,15})\\.([A-Za-z0-9_-]{1,128})\\.([A-Za-z0-9_-]{1,4096}))"
              + "\\.([A-Za-z0-9_-]{43})");

  private String text() {
    return nonce + "." + time.toEpochMilli() + "." + encoded(connection) + "." + encoded(eventId);
  }

  private static String encoded(String text) {
    return encoded(text.getBytes(UTF_8));
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static String decoded(String text) {
    return new String(Base64.getUrlDecoder().decode(text), UTF_8);
  }

  /** As the header's value. */
  public String sealed(MessageAuthentication keys) {
    return text() + "." + encoded(keys.code(PURPOSE, text()));
  }

  /**
   * Reads the header.
   *
   * @return empty if no replica of this gateway sent it just now
   */
  public static Optional<ReplicaRequest> opened(
      String header, Instant now, MessageAuthentication keys) {
    Matcher parts = FORM.matcher(header);
    if (!parts.matches()) {
      return Optional.empty();
    }
    try {
      byte[] code = Base64.getUrlDecoder().decode(parts.group(6));
      ReplicaRequest request =
          new ReplicaRequest(
              parts.group(2),
              Instant.ofEpochMilli(Long.parseLong(parts.group(3))),
              decoded(parts.group(4)),
              decoded(parts.group(5)));
      return keys.isGenuine(PURPOSE, parts.group(1), code)
              && Duration.between(request.time(), now).abs().compareTo(GOOD_FOR) <= 0
          ? Optional.of(request)
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The code of an answer with this status. */
  public String proof(int status, MessageAuthentication keys) {
    return encoded(keys.code(ANSWER_PURPOSE, status + "." + text()));
  }

  /** Whether a replica of this gateway gave this answer to this request. */
  public boolean isProof(String proof, int status, MessageAuthentication keys) {
    try {
      return keys.isGenuine(
          ANSWER_PURPOSE, status + "." + text(), Base64.getUrlDecoder().decode(proof));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Without what it names. */
  @Override
  public String toString() {
    return "request to another replica of " + time;
  }
}
