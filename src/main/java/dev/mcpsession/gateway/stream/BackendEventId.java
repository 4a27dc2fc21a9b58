package dev.mcpsession.gateway.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpsession.gateway.route.Incarnation;
import dev.mcpsession.gateway.route.MessageParser;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The id that a client sees of an event to which its backend gave one: {@code <backend session>.<id
 * of the request that the stream answers, in base64url>.<the backend's id>}. So any replica knows
 * whom to ask for the events after it, and which request fails if nobody can be asked.
 *
 * @param from the backend session, in the form of {@link Incarnation}
 * @param requestId as JSON; empty: the stream is a GET stream, which answers none
 * @param id that the backend gave
 */
public record BackendEventId(Incarnation from, Optional<String> requestId, String id) {
  /** Bytes of a backend's id. Longer ones would not fit into the headers that servers take. */
  public static final int LONGEST_ID = 2048;

  /** Bytes of a request's id. */
  public static final int LONGEST_REQUEST_ID = 512;

  /** Stands for the GET stream; no base64url is that short. */
  private static final String NO_REQUEST = "-";

  private static final Pattern FORM =
      Pattern.compile(
          "("
              + Incarnation.FORM
              + ")\\.(-|[A-Za-z0-9_-]{2,683})\\.([^\\x00\\r\\n]{1,"
              + LONGEST_ID
              + "})");

  /**
   * The part that the ids of all events of a stream have in common.
   *
   * @return empty if the id of the request is too long for it
   */
  public static Optional<String> prefix(Incarnation from, Optional<String> requestId) {
    if (requestId.isEmpty()) {
      return Optional.of(from.text() + "." + NO_REQUEST + ".");
    }
    return requestId.get().getBytes(UTF_8).length > LONGEST_REQUEST_ID
        ? Optional.empty()
        : Optional.of(from.text() + "." + encoded(requestId.get()) + ".");
  }

  private static String encoded(String requestId) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(requestId.getBytes(UTF_8));
  }

  /** The backend's own id, if it gave it in this session. */
  public Optional<String> in(Incarnation session) {
    return from.equals(session) ? Optional.of(id) : Optional.empty();
  }

  /** As it stands in the stream; empty if a part is too long. */
  public Optional<String> text() {
    return id.getBytes(UTF_8).length > LONGEST_ID
        ? Optional.empty()
        : prefix(from, requestId).map(prefix -> prefix + id);
  }

  /** Reads the header Last-Event-ID. Empty: it is none of this kind. */
  public static Optional<BackendEventId> parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    String id = parts.group(3);
    return Incarnation.parse(parts.group(1))
        .flatMap(
            from ->
                parts.group(2).equals(NO_REQUEST)
                    ? Optional.of(new BackendEventId(from, Optional.empty(), id))
                    : requestId(parts.group(2))
                        .map(request -> new BackendEventId(from, Optional.of(request), id)));
  }

  /** It comes from a client: only what is an id of JSON-RPC may stand in an answer. */
  private static Optional<String> requestId(String encoded) {
    try {
      String id = new String(Base64.getUrlDecoder().decode(encoded), UTF_8);
      return MessageParser.parse(("{\"method\":\"\",\"id\":" + id + "}").getBytes(UTF_8))
          .id()
          .filter(id::equals)
          .filter(it -> encoded(it).equals(encoded));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
