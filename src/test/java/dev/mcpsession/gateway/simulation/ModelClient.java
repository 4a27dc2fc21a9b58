package dev.mcpsession.gateway.simulation;

import dev.mcpsession.gateway.course.Course.Kind;
import dev.mcpsession.gateway.route.Preference;
import dev.mcpsession.gateway.simulation.ModelRequest.End;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A client of one era, which calls, breaks off, ends its session, and tries what it may not. */
final class ModelClient {
  final String user;
  private final GatewaySimulation simulation;
  private final World world;
  private final Timeline timeline;
  final String name;
  private final boolean legacy;
  private final List<String> ended = new ArrayList<>();
  private final List<ModelCall> calls = new ArrayList<>();
  private String id = "";
  private @Nullable ModelGetStream getStream;
  private boolean ending;
  private int rpcIds;
  private int preferred;
  private int confirmed;
  private boolean preferring;

  /** What it has set and got no answer to: it may arrive after what was set later. */
  private final Set<Integer> brokenOff = new HashSet<>();

  private int tokens;

  ModelClient(GatewaySimulation simulation, String user, String name, boolean legacy) {
    this.simulation = simulation;
    this.world = simulation.world;
    this.timeline = world.timeline;
    this.user = user;
    this.name = name;
    this.legacy = legacy;
  }

  /** Its session id; "" if it has none that should work. */
  String id() {
    return ending ? "" : id;
  }

  List<String> endedIds() {
    return ended;
  }

  void begin() {
    timeline.after(timeline.chance.between(1, 3_000), this::next);
  }

  private void next() {
    if (simulation.isOver()) {
      return;
    }
    timeline.after(timeline.chance.between(50, 2_500), this::next);
    int choice = timeline.chance.below(100);
    if (!legacy) {
      send(Kind.TO_USER, "", this::called);
    } else if (id.isEmpty()) {
      send(Kind.INITIALIZE, "", this::initialized);
    } else if (choice < 4) {
      end();
    } else if (choice < 8) {
      send(Kind.TO_CONNECTION, simulation.otherId(user), this::refused);
    } else if (choice < 12 && !ended.isEmpty()) {
      String old = timeline.chance.oneOf(ended);
      send(Kind.TO_CONNECTION, old, it -> {});
    } else {
      callOrElse(choice);
    }
  }

  private void callOrElse(int choice) {
    if (choice < 18 && !calls.isEmpty()) {
      timeline.chance.oneOf(calls).cancel();
    } else if (choice < 21) {
      takeOthers();
    } else if (choice < 30 && !preferring) {
      prefer();
    } else if (choice < 60) {
      ModelCall call =
          new ModelCall(this, world, id, Integer.toString(++rpcIds), name + "-" + ++tokens);
      calls.add(call);
      if (calls.size() > 4) {
        calls.removeFirst();
      }
      call.begin();
    } else {
      call(id);
      if (choice < 75) {
        call(id);
      }
    }
  }

  /** Tries to get the rest of another client's stream. */
  private void takeOthers() {
    String foreign = simulation.otherEventId(this);
    if (!foreign.isEmpty()) {
      send(
          Message.get(Kind.RESUME, id, Optional.of(foreign)),
          name + "-" + ++tokens,
          text ->
              world.rules.require(
                  !text.contains("\"token\"") || text.contains("\"client\":\"" + name + "\""),
                  Rules.Rule.OWN_ONLY,
                  name + " gets what is another client's: " + text),
          it -> {});
    }
  }

  private void prefer() {
    int level = ++preferred;
    String of = id;
    preferring = true;
    send(
        Message.prefer(id, new Preference.LogLevel(Integer.toString(level))),
        name + "-" + ++tokens,
        text -> {},
        it -> {
          preferring = false;
          if (it.status() == 200 && of.equals(id)) {
            confirmed = level;
          } else if (it.status() == 0) {
            brokenOff.add(level);
          }
        });
  }

  /** Of an event that it has got on some stream; "" none. */
  String eventId() {
    return calls.stream()
        .map(ModelCall::lastEventId)
        .filter(it -> !it.isEmpty())
        .reduce("", (one, next) -> next);
  }

  /** Whether its backend may have this level although it has confirmed a later one. */
  boolean mayHave(int level) {
    return level >= confirmed || brokenOff.contains(level);
  }

  boolean isOver() {
    return simulation.isOver();
  }

  /** Answers what a server has asked, sooner or later. */
  void answer(String with, String requestId, String nonce) {
    timeline.after(
        timeline.chance.in(0.2)
            ? timeline.chance.between(2_000, 25_000)
            : timeline.chance.between(10, 1_500),
        () ->
            send(
                Message.answer(with, requestId, nonce),
                name + "-" + ++tokens,
                text -> {},
                it -> {
                  if (it.status() == 503 && !isOver()) {
                    answer(with, requestId, nonce);
                  }
                }));
  }

  /** Sends what nobody waits for. */
  void tell(Message message) {
    send(message, name + "-" + ++tokens, text -> {}, it -> {});
  }

  ModelRequest send(
      Message message, String token, Consumer<String> whenEvent, Consumer<End> whenEnded) {
    ModelRequest request =
        new ModelRequest(timeline, user, name, message, token, whenEvent, whenEnded);
    simulation.take(request);
    return request;
  }

  /** The highest level that it was told to have set; 0: none. */
  int confirmed() {
    return confirmed;
  }

  void closeStreams() {
    if (getStream != null) {
      getStream.stop();
    }
  }

  private void call(String with) {
    send(
        Kind.TO_CONNECTION,
        with,
        it -> {
          called(it);
          if (it.status() == 404 && it.content().equals("gateway")) {
            unknown(with);
          }
        });
  }

  /** An id that is not known any more has been ended, by its client or with its session. */
  private void unknown(String which) {
    boolean legitimate =
        ending
            || !which.equals(id)
            || world.connections.sessionOf(which).filter(simulation::isAlive).isEmpty();
    world.rules.require(
        legitimate, Rules.Rule.IDS_LIVE, name + "'s id is not known, though nobody has ended it");
    if (which.equals(id)) {
      ended.add(id);
      id = "";
      ending = false;
    }
  }

  private void end() {
    String which = id;
    ending = true;
    send(
        Kind.END,
        which,
        it -> {
          if (it.status() == 204 && which.equals(id)) {
            ended.add(id);
            id = "";
            ending = false;
          } else if (it.status() == 404) {
            unknown(which);
          }
        });
  }

  private void initialized(End end) {
    if (end.status() == 200 && !end.sessionId().isEmpty()) {
      id = end.sessionId();
      ending = false;
      confirmed = 0;
      preferred = 0;
      calls.clear();
      closeStreams();
      getStream = new ModelGetStream(this, world, name, id);
      timeline.after(timeline.chance.between(1, 1_000), getStream::open);
    }
  }

  private void refused(End end) {
    world.rules.require(
        end.status() != 200, Rules.Rule.OWN_ONLY, name + " is let in with another user's id");
  }

  private void called(End end) {
    if (end.status() == 200) {
      world.rules.require(
          end.content().startsWith(name + "-"),
          Rules.Rule.OWN_ONLY,
          name + " gets the answer to " + end.content());
    }
  }

  private void send(Kind kind, String with, Consumer<End> whenEnded) {
    ModelRequest request =
        send(Message.plain(kind, with), name + "-" + ++tokens, text -> {}, whenEnded);
    if (timeline.chance.in(0.04)) {
      timeline.after(timeline.chance.between(1, 400), () -> request.end(0, "", ""));
    }
  }
}
