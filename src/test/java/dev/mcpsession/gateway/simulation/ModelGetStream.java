package dev.mcpsession.gateway.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mcpsession.gateway.course.Course.Kind;
import dev.mcpsession.gateway.simulation.ModelRequest.End;
import dev.mcpsession.gateway.simulation.Rules.Rule;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The GET stream of one session of a legacy client, which it opens again whenever it ends. */
final class ModelGetStream {
  private final ModelClient client;
  private final World world;
  private final Timeline timeline;
  private final String id;
  private final String name;
  private final Map<String, Integer> seen = new HashMap<>();
  private Set<String> ofThis = new HashSet<>();
  private String lastEventId = "";
  private @Nullable ModelRequest open;
  private int opened;
  private boolean over;

  ModelGetStream(ModelClient client, World world, String name, String id) {
    this.client = client;
    this.world = world;
    this.timeline = world.timeline;
    this.name = name;
    this.id = id;
  }

  void open() {
    if (over || client.isOver()) {
      return;
    }
    ModelRequest[] self = new ModelRequest[1];
    ofThis = new HashSet<>();
    self[0] =
        client.send(
            Message.get(
                Kind.GET_STREAM,
                id,
                Optional.of(lastEventId).filter(it -> !it.isEmpty() && timeline.chance.in(0.8))),
            name + "-get" + ++opened,
            text -> event(self[0], text),
            end -> ended(self[0], end));
    open = self[0];
    if (timeline.chance.in(0.4)) {
      ModelRequest mine = self[0];
      timeline.after(timeline.chance.between(10, 15_000), () -> again(mine));
    }
  }

  /** The connection breaks, or the client opens another one before it sees that this is gone. */
  private void again(ModelRequest mine) {
    if (client.isOver() || open != mine || over) {
      return;
    }
    if (timeline.chance.in(0.5)) {
      mine.end(0, "", "");
    } else {
      open();
    }
  }

  void stop() {
    over = true;
    if (open != null) {
      open.end(0, "", "");
    }
  }

  private void ended(@Nullable ModelRequest which, End end) {
    if (end.status() == 404 || end.status() == 405) {
      over = true;
    } else if (which == open) {
      timeline.after(timeline.chance.between(50, 2_000), this::open);
    }
  }

  private void event(@Nullable ModelRequest from, String text) {
    if (from != open) {
      return; // what it has left
    }
    for (String line : text.split("\n", -1)) {
      if (line.startsWith("id: ")) {
        lastEventId = line.substring(4);
      } else if (line.startsWith("data: ")) {
        message(Json.read(line.substring(6)).path("params"));
      }
    }
  }

  private void message(JsonNode about) {
    String key = about.path("key").asText();
    int n = about.path("n").asInt();
    world.rules.require(
        about.path("client").asText().equals(name) && about.path("token").asText().isEmpty(),
        Rule.OWN_ONLY,
        name + "'s GET stream has " + about);
    int before = seen.getOrDefault(key, 0);
    world.rules.require(
        n > before, Rule.NO_GAP, name + "'s GET stream has event " + n + " of " + key + " again");
    world.rules.require(
        n == before + 1 || ofThis.add(key) || world.cut.contains(key),
        Rule.NO_GAP,
        name + "'s GET stream has event " + n + " of " + key + " after " + before);
    ofThis.add(key);
    seen.put(key, n);
  }
}
