package dev.mcpsession.gateway.simulation;

import dev.mcpsession.gateway.course.Course;
import java.util.function.Consumer;

/** One request of a client. */
final class ModelRequest {
  /**
   * How it ended.
   *
   * @param status 0: the connection broke, or the client gave up
   * @param sessionId that came with it; "" none
   * @param content what the backend made of it; "" nothing
   */
  record End(int status, String sessionId, String content) {}

  final Course.Kind kind;
  final String user;
  final String client;
  final String id;
  private final String token;
  private final Timeline timeline;
  private final Consumer<End> whenEnded;
  private final long begun;
  private boolean ended;

  /**
   * @param id of the session; "" none
   * @param token which no other request has
   */
  ModelRequest(
      Timeline timeline,
      Course.Kind kind,
      String user,
      String client,
      String id,
      String token,
      Consumer<End> whenEnded) {
    this.timeline = timeline;
    this.kind = kind;
    this.user = user;
    this.client = client;
    this.id = id;
    this.token = token;
    this.whenEnded = whenEnded;
    begun = timeline.time();
    timeline.trace.line(this + " begins");
  }

  String token() {
    return token;
  }

  long begun() {
    return begun;
  }

  boolean isOver() {
    return ended;
  }

  void end(int status, String sessionId, String content) {
    if (!ended) {
      ended = true;
      timeline.trace.line(this + " ends with " + status);
      whenEnded.accept(new End(status, sessionId, content));
    }
  }

  @Override
  public String toString() {
    return client + "'s " + kind + " " + token;
  }
}
