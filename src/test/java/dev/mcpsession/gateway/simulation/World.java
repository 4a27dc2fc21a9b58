package dev.mcpsession.gateway.simulation;

import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.gateway.connection.SimulatedConnections;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.route.User;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The state shared by all parts of one run. */
final class World {
  static final McpResource RESOURCE = new McpResource("team", "forgejo");

  final Timeline timeline;
  final Rules rules;
  final Network network;
  final SimulatedConnections connections;
  final ModelSessions sessions;
  final Set<String> processed = new HashSet<>();

  /** Backend sessions whose end nobody could see to: what had begun them died, or did not hear. */
  final Set<String> excused = new HashSet<>();

  /** The session that each id was made for. */
  final Map<String, String> madeFor = new HashMap<>();

  /** Whether the API server answers nobody. */
  boolean apiAway;

  World(long seed) {
    timeline = new Timeline(seed);
    rules = new Rules(timeline);
    network = new Network(this);
    connections = new SimulatedConnections(seed, timeline);
    sessions = new ModelSessions(this);
  }

  void apiAway(boolean away) {
    apiAway = away;
    connections.away(away);
    timeline.trace.line("the API server is " + (away ? "away" : "back"));
  }

  static User user(String name) {
    return new User(new Owner("https://sso.example", name), name);
  }
}
