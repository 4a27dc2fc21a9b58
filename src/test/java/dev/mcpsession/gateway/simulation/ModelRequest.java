package dev.mcpsession.gateway.simulation;

import java.util.ArrayList;
import java.util.List;
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

  final String user;
  final String client;
  final Message message;
  private final String token;
  private final Timeline timeline;
  private final Consumer<String> whenEvent;
  private final Consumer<End> whenEnded;
  private final List<Runnable> gone = new ArrayList<>();
  private boolean standing;
  private boolean ended;

  /**
   * @param token which no other request has
   * @param whenEvent takes each event of a stream that answers it
   */
  ModelRequest(
      Timeline timeline,
      String user,
      String client,
      Message message,
      String token,
      Consumer<String> whenEvent,
      Consumer<End> whenEnded) {
    this.timeline = timeline;
    this.user = user;
    this.client = client;
    this.message = message;
    this.token = token;
    this.whenEvent = whenEvent;
    this.whenEnded = whenEnded;
    timeline.trace.line(this + " begins");
  }

  String token() {
    return token;
  }

  boolean isOver() {
    return ended;
  }

  /** It is answered by a stream that has no end of its own. */
  void stands() {
    standing = true;
  }

  /** Whether nobody has to wait for its end. */
  boolean isSettled() {
    return ended || standing;
  }

  void event(String text) {
    if (!ended) {
      whenEvent.accept(text);
    }
  }

  /** Is run in the replica once it sees that the client is gone. */
  void whenGone(Runnable action) {
    gone.add(action);
  }

  void end(int status, String sessionId, String content) {
    if (!ended) {
      ended = true;
      timeline.trace.line(this + " ends with " + status);
      whenEnded.accept(new End(status, sessionId, content));
      gone.forEach(timeline::soon);
    }
  }

  @Override
  public String toString() {
    return client + "'s " + message.kind() + "/" + message.what() + " " + token;
  }
}
