package dev.mcpsession.gateway.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mcpsession.gateway.course.Course.Kind;
import dev.mcpsession.gateway.simulation.ModelRequest.End;
import dev.mcpsession.gateway.simulation.Rules.Rule;
import java.util.Optional;

/** One call of a legacy client that is answered by a stream, which it comes back for. */
final class ModelCall {
  private static final int MOST_RESUMES = 12;

  final String id;
  final String rpcId;
  private final ModelClient client;
  private final World world;
  private final Timeline timeline;
  private final String token;
  private String lastEventId = "";
  private int seen;
  private int resumes;
  private boolean over;
  private boolean cancelled;

  ModelCall(ModelClient client, World world, String id, String rpcId, String token) {
    this.client = client;
    this.world = world;
    this.timeline = world.timeline;
    this.id = id;
    this.rpcId = rpcId;
    this.token = token;
  }

  /** Of the last event that it has; "" none. */
  String lastEventId() {
    return lastEventId;
  }

  void begin() {
    breakLater(client.send(Message.call(id, rpcId), token, this::event, this::ended));
  }

  /** Client's connections are not always good ones. */
  private void breakLater(ModelRequest request) {
    if (timeline.chance.in(0.35) && !client.isOver()) {
      timeline.after(timeline.chance.between(10, 8_000), () -> request.end(0, "", ""));
    }
  }

  void cancel() {
    cancelled = true;
    client.tell(Message.cancel(id, rpcId));
  }

  private void event(String text) {
    for (String line : text.split("\n", -1)) {
      if (line.startsWith("id: ")) {
        lastEventId = line.substring(4);
      } else if (line.startsWith("data: ")) {
        message(Json.read(line.substring(6)));
      }
    }
  }

  private void message(JsonNode message) {
    JsonNode about = message.has("result") ? message.path("result") : message.path("params");
    world.rules.require(!over, Rule.NO_GAP, token + " gets something after its end: " + message);
    if (message.has("error")) {
      world.rules.require(
          message.path("id").toString().equals(rpcId),
          Rule.OWN_ONLY,
          token + " gets the error of " + message.path("id"));
      over = true;
      return;
    }
    world.rules.require(
        about.path("token").asText().equals(token),
        Rule.OWN_ONLY,
        token + " gets an event of " + about.path("token"));
    world.rules.require(
        about.path("n").asInt() == seen + 1,
        Rule.NO_GAP,
        token + " gets event " + about.path("n") + " after " + seen);
    seen = about.path("n").asInt();
    if (message.has("result")) {
      over = true;
    } else if (message.has("id")) {
      client.answer(id, message.path("id").toString(), about.path("nonce").asText());
    }
  }

  private void ended(End end) {
    if (!over && !end.content().isEmpty()) {
      over = true; // it was answered without a stream
    } else if (!over && !cancelled && !lastEventId.isEmpty() && end.status() != 404) {
      comeBack(end);
    } else {
      world.rules.require(
          over || cancelled || end.status() != 200,
          Rule.NO_GAP,
          token + " is told neither an answer nor an error, and cannot come back");
      over = true;
    }
  }

  private void comeBack(End end) {
    boolean mayGiveUp = end.status() != 200 && end.status() != 0;
    if (++resumes > MOST_RESUMES) {
      world.rules.require(
          mayGiveUp || !client.isOver(), Rule.NO_HANG, token + " comes back for ever");
      over = true;
      return;
    }
    timeline.after(
        timeline.chance.between(10, 2_000),
        () ->
            breakLater(
                client.send(
                    Message.get(Kind.RESUME, id, Optional.of(lastEventId)),
                    token + "-r" + resumes,
                    this::event,
                    this::ended)));
  }
}
