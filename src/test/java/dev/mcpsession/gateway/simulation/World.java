package dev.mcpsession.gateway.simulation;

import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.gateway.connection.SimulatedConnections;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.route.User;
import dev.mcpsession.gateway.session.Preferences;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The state shared by all parts of one run. */
final class World {
  static final McpResource RESOURCE = new McpResource("team", "forgejo");

  /** Milliseconds in which everything may happen. */
  static final long LENGTH = 45_000;

  final Timeline timeline;
  final Rules rules;
  final Network network;
  final SimulatedConnections connections;
  final ModelSessions sessions;
  final Set<String> processed = new HashSet<>();

  /** Backend sessions whose end nobody could see to: what had begun them died, or did not hear. */
  final Set<String> excused = new HashSet<>();

  /** Backend sessions that could not be told what their client has set. */
  final Set<String> untold = new HashSet<>();

  /** Backend sessions that are told something late, and so perhaps after what came later. */
  final Set<String> overtaken = new HashSet<>();

  /** Backend sessions whose GET stream broke off, so that what they say meanwhile is lost. */
  final Set<String> cut = new HashSet<>();

  /** Clients whose wish was stored after they were answered, and so perhaps over a later one. */
  final Set<String> storedLate = new HashSet<>();

  /** The session that each id was made for. */
  final Map<String, String> madeFor = new HashMap<>();

  /** Names of replicas' processes, by their addresses. */
  final Map<String, ModelGateway> replicas = new HashMap<>();

  /** Whether backends give ids to events. */
  boolean eventIds;

  /** Whether the API server answers nobody. */
  boolean apiAway;

  World(long seed) {
    timeline = new Timeline(seed);
    rules = new Rules(timeline);
    network = new Network(this);
    connections = new SimulatedConnections(seed, timeline);
    sessions = new ModelSessions(this);
  }

  void apiAwayForAWhile() {
    if (!apiAway) {
      apiAway(true);
      timeline.after(timeline.chance.between(500, 8_000), () -> apiAway(false));
    }
  }

  void apiAway(boolean away) {
    apiAway = away;
    connections.away(away);
    timeline.trace.line("the API server is " + (away ? "away" : "back"));
  }

  /** A backend session that a connection was moved to knows at least what was stored by then. */
  void checkTold(String sessionId, Preferences stored) {
    for (Pod pod : sessions.pods) {
      pod.session(sessionId)
          .filter(it -> !untold.contains(sessionId) && !overtaken.contains(sessionId))
          .ifPresent(
              it ->
                  rules.require(
                      level(it.told) >= level(stored),
                      Rules.Rule.PREFERENCES,
                      sessionId + " was told " + it.told + " and not " + stored));
    }
  }

  /** Clients set a higher one each time. */
  static int level(Preferences preferences) {
    return Integer.parseInt(preferences.logLevel().orElse("0"));
  }

  static User user(String name) {
    return new User(new Owner("https://sso.example", name), name);
  }
}
