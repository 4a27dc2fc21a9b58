package dev.mcpsession.gateway.simulation;

import dev.mcpsession.gateway.course.Course;
import dev.mcpsession.gateway.route.Preference;
import dev.mcpsession.gateway.simulation.Pod.What;
import java.util.Optional;

/**
 * What a client sends.
 *
 * @param id of its session; "" none
 * @param rpcId of its request, as JSON; "" it is none that is answered by a stream
 * @param body where it matters
 */
record Message(
    Course.Kind kind,
    What what,
    String id,
    String rpcId,
    String body,
    Optional<String> lastEventId,
    Optional<Preference> preference) {

  static Message plain(Course.Kind kind, String id) {
    return new Message(
        kind,
        kind == Course.Kind.INITIALIZE ? What.INITIALIZE : What.MESSAGE,
        id,
        "",
        "",
        Optional.empty(),
        Optional.empty());
  }

  static Message call(String id, String rpcId) {
    return new Message(
        Course.Kind.TO_CONNECTION, What.MESSAGE, id, rpcId, "", Optional.empty(), Optional.empty());
  }

  static Message get(Course.Kind kind, String id, Optional<String> lastEventId) {
    return new Message(kind, What.GET, id, "", "", lastEventId, Optional.empty());
  }

  static Message answer(String id, String requestId, String nonce) {
    return with(
        What.ANSWER,
        id,
        "{\"jsonrpc\":\"2.0\",\"id\":" + requestId + ",\"result\":{\"nonce\":\"" + nonce + "\"}}");
  }

  static Message cancel(String id, String rpcId) {
    return with(
        What.CANCEL,
        id,
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":"
            + rpcId
            + "}}");
  }

  private static Message with(What what, String id, String body) {
    return new Message(
        Course.Kind.TO_CONNECTION, what, id, "", body, Optional.empty(), Optional.empty());
  }

  static Message prefer(String id, Preference preference) {
    return new Message(
        Course.Kind.TO_CONNECTION,
        What.PREFER,
        id,
        "",
        "",
        Optional.empty(),
        Optional.of(preference));
  }

  /** Whether a stream may answer it. */
  boolean streamed() {
    return !rpcId.isEmpty();
  }
}
