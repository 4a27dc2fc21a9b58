package dev.mcpsession.gateway.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpsession.gateway.route.MessageParser;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The id that a client sees of an event to which its backend gave one: {@code <revision>.<id of the
 * request that the stream answers, in base64url>.<the backend's id>}. So any replica knows whom to
 * ask for the events after it, and which request fails if nobody can be asked.
 *
 * @param revision of the backend
 * @param requestId as JSON; empty: the stream is a GET stream, which answers none
 * @param id that the backend gave
 */
public record BackendEventId(int revision, Optional<String> requestId, String id) {
  /** Bytes of a backend's id. Longer ones would not fit into the headers that servers take. */
  public static final int LONGEST_ID = 2048;

  /** Bytes of a request's id. */
  public static final int LONGEST_REQUEST_ID = 512;

  /** Stands for the GET stream; no base64url is that short. */
  private static final String NO_REQUEST = "-";

  private static final Pattern FORM =
      Pattern.compile(
          "([1-9][0-9]{0,9})\\.(-|[A-Za-z0-9_-]{2,683})\\.([^\\x00\\r\\n]{1," + LONGEST_ID + "})");

  /**
   * The part that the ids of all events of a stream have in common.
   *
   * @return empty if the id of the request is too long for it
   */
  public static Optional<String> prefix(int revision, Optional<String> requestId) {
    if (requestId.isEmpty()) {
      return Optional.of(revision + "." + NO_REQUEST + ".");
    }
    byte[] request = requestId.get().getBytes(UTF_8);
    return request.length > LONGEST_REQUEST_ID
        ? Optional.empty()
        : Optional.of(
            revision + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(request) + ".");
  }

  /** As it stands in the stream; empty if a part is too long. */
  public Optional<String> text() {
    return id.getBytes(UTF_8).length > LONGEST_ID
        ? Optional.empty()
        : prefix(revision, requestId).map(prefix -> prefix + id);
  }

  /** Reads the header Last-Event-ID. Empty: it is none of this kind. */
  public static Optional<BackendEventId> parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    long revision = Long.parseLong(parts.group(1));
    if (revision > Integer.MAX_VALUE) {
      return Optional.empty();
    }
    String id = parts.group(3);
    return parts.group(2).equals(NO_REQUEST)
        ? Optional.of(new BackendEventId((int) revision, Optional.empty(), id))
        : requestId(parts.group(2))
            .map(request -> new BackendEventId((int) revision, Optional.of(request), id));
  }

  /** It comes from a client: only what is an id of JSON-RPC may stand in an answer. */
  private static Optional<String> requestId(String encoded) {
    try {
      String id = new String(Base64.getUrlDecoder().decode(encoded), UTF_8);
      return MessageParser.parse(("{\"method\":\"\",\"id\":" + id + "}").getBytes(UTF_8))
          .id()
          .filter(id::equals)
          .filter(it -> prefix(1, Optional.of(it)).equals(Optional.of("1." + encoded + ".")));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
