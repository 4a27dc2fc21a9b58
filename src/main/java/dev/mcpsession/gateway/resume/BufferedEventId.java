package dev.mcpsession.gateway.resume;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpsession.gateway.route.MessageParser;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The id of an event whose backend gave it none: {@code b.<replica>.<stream>.<n>}. The stream is
 * its number in the replica and, after a hyphen, the id of the request that it answers in
 * base64url, so that a client can be told that its answer is lost when the replica is.
 *
 * @param replica that keeps the stream, sealed
 * @param requestId as JSON; empty: the stream is a GET stream
 * @param number of the event in the stream; 0: before the first one
 */
public record BufferedEventId(
    String replica, long stream, Optional<String> requestId, long number) {
  private static final Pattern FORM =
      Pattern.compile(
          "b\\.([A-Za-z0-9_-]{1,512})\\.([0-9]{1,18})(?:-([A-Za-z0-9_-]+))?\\.([0-9]{1,18})");

  /** The part that all events of a stream have in common. */
  public static String prefix(String replica, long stream, Optional<String> requestId) {
    return "b." + replica + "." + stream + requestId.map(id -> "-" + encoded(id)).orElse("") + ".";
  }

  private static String encoded(String text) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
  }

  /** As it stands in the stream. */
  public String text() {
    return prefix(replica, stream, requestId) + number;
  }

  /** Reads one; empty: it is none of this kind. */
  public static Optional<BufferedEventId> parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    Optional<String> requestId = Optional.empty();
    if (parts.group(3) != null) {
      requestId = requestId(parts.group(3));
      if (requestId.isEmpty()) {
        return Optional.empty();
      }
    }
    return Optional.of(
        new BufferedEventId(
            parts.group(1),
            Long.parseLong(parts.group(2)),
            requestId,
            Long.parseLong(parts.group(4))));
  }

  /** It comes from a client: only what is an id of JSON-RPC may stand in an answer. */
  private static Optional<String> requestId(String encoded) {
    try {
      String id = new String(Base64.getUrlDecoder().decode(encoded), UTF_8);
      return MessageParser.parse(("{\"method\":\"\",\"id\":" + id + "}").getBytes(UTF_8))
          .id()
          .filter(id::equals);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
