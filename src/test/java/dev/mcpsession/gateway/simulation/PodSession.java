package dev.mcpsession.gateway.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mcpsession.gateway.route.Preference;
import dev.mcpsession.gateway.session.Preferences;
import dev.mcpsession.gateway.simulation.Pod.Call;
import dev.mcpsession.gateway.simulation.Pod.Reply;
import dev.mcpsession.gateway.simulation.Rules.Rule;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a Pod knows of one of its sessions: streams, what it has asked, and what it was told. All it
 * counts begins at 1.
 */
final class PodSession {
  /** It goes on without the answer. */
  private static final long ASKS_FOR = 6_000;

  private static final long GET_STREAM_PAUSE = 4_000;

  private final World world;
  private final Timeline timeline;
  private final Pod pod;
  private final String id;
  private final String client;
  private final Map<Integer, PodStream> streams = new HashMap<>();
  private final Map<String, PodStream> byRequest = new HashMap<>();
  private final PodStream getStream;
  private final Map<String, String> asked = new HashMap<>();
  private final Map<String, Runnable> waiting = new HashMap<>();
  private final Set<String> answered = new HashSet<>();
  private int begun;
  private int questions;
  private boolean gone;

  Preferences told = Preferences.NONE;

  PodSession(World world, Pod pod, String id, String client) {
    this.world = world;
    this.timeline = world.timeline;
    this.pod = pod;
    this.id = id;
    this.client = client;
    getStream = new PodStream(world, 0, world.eventIds, () -> world.cut.add(id));
    streams.put(0, getStream);
    emitLater();
  }

  /** The session is lost. */
  void end(boolean silently) {
    gone = true;
    streams.values().forEach(it -> it.breakOff(silently));
  }

  private void emitLater() {
    timeline.after(
        timeline.chance.between(100, (int) GET_STREAM_PAUSE),
        () -> {
          if (!gone && timeline.time() < World.LENGTH) {
            emit(getStream, "");
            emitLater();
          }
        });
  }

  private void emit(PodStream stream, String token) {
    stream.emit(
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":"
            + params(stream, token, "")
            + "}");
  }

  private String params(PodStream stream, String token, String nonce) {
    return "{\"client\":\"%s\",\"key\":\"%s\",\"token\":\"%s\",\"n\":%d,\"nonce\":\"%s\"}"
        .formatted(client, id, token, stream.next(), nonce);
  }

  /** A request that is answered by a stream. */
  PodFeed stream(ModelRequest request) {
    int number = ++begun;
    PodStream stream = new PodStream(world, number, world.eventIds, () -> {});
    streams.put(number, stream);
    byRequest.put(request.message.rpcId(), stream);
    PodFeed feed = stream.open();
    workLater(stream, request, timeline.chance.between(1, 6));
    return feed;
  }

  private void workLater(PodStream stream, ModelRequest request, int left) {
    timeline.after(timeline.chance.between(1, 3_000), () -> work(stream, request, left));
  }

  private void work(PodStream stream, ModelRequest request, int left) {
    if (gone || stream.isOver()) {
      return;
    }
    if (left == 0) {
      stream.emit(
          "{\"jsonrpc\":\"2.0\",\"id\":"
              + request.message.rpcId()
              + ",\"result\":"
              + params(stream, request.token(), "")
              + "}");
      stream.finish();
    } else if (timeline.chance.in(0.4)) {
      ask(stream, request.token(), () -> workLater(stream, request, left - 1));
    } else {
      emit(stream, request.token());
      workLater(stream, request, left - 1);
    }
  }

  private void ask(PodStream stream, String token, Runnable next) {
    String number = Integer.toString(++questions);
    String nonce = pod + "/" + id + "/" + number;
    asked.put(number, nonce);
    waiting.put(number, next);
    stream.emit(
        "{\"jsonrpc\":\"2.0\",\"id\":"
            + number
            + ",\"method\":\"elicitation/create\",\"params\":"
            + params(stream, token, nonce)
            + "}");
    timeline.after(ASKS_FOR, () -> goOn(number));
  }

  private void goOn(String number) {
    Runnable next = waiting.remove(number);
    if (next != null) {
      next.run();
    }
  }

  /** The client's answer to what the server asked. */
  void answered(JsonNode message) {
    String number = message.path("id").toString();
    String nonce = message.path("result").path("nonce").asText();
    world.rules.require(
        nonce.equals(asked.get(number)),
        Rule.ANSWERS,
        "the answer to " + nonce + " reaches " + pod + "/" + id + " as that to " + number);
    world.rules.require(
        answered.add(nonce), Rule.ANSWERS, "the answer to " + nonce + " comes twice");
    goOn(number);
  }

  /** The client wants no answer any more. */
  void cancelled(String rpcId) {
    PodStream stream = byRequest.get(rpcId);
    if (stream != null) {
      timeline.trace.line(pod + " cancels " + client + "'s request " + rpcId);
      stream.finish();
    }
  }

  void prefers(Preference preference) {
    told = told.with(preference);
    timeline.trace.line(pod + "/" + id + " knows " + told);
  }

  /** The GET stream, or the rest of any stream. */
  Reply get(Call call) {
    Optional<String> after = call.lastEventId();
    if (after.isEmpty()) {
      return getStream.isOpen() ? answer(409) : opened(getStream.open());
    }
    String[] parts = after.get().split("-", 2);
    PodStream stream = streams.get(Integer.parseInt(parts[0]));
    if (stream == null || !world.eventIds) {
      return answer(400);
    }
    return stream.isOpen() ? answer(409) : opened(stream.open(Integer.parseInt(parts[1])));
  }

  private static Reply answer(int status) {
    return new Reply.Answer(status, Optional.empty(), "", Optional.empty());
  }

  private static Reply opened(PodFeed feed) {
    return new Reply.Answer(200, Optional.empty(), "", Optional.of(feed));
  }
}
