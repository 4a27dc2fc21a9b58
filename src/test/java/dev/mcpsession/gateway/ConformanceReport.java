package dev.mcpsession.gateway;

import dev.mcpsession.clients.Conformance;
import dev.mcpsession.clients.Scenario;
import java.util.SortedMap;
import java.util.stream.Collectors;

/**
 * What the official conformance suite says of a backend and of the gateway in front of it.
 *
 * @param direct by the scenarios' names; both have the same scenarios
 */
record ConformanceReport(
    Conformance run, SortedMap<String, Scenario> direct, SortedMap<String, Scenario> through) {
  String heading() {
    return "Revision %s, suite %s".formatted(run.revision(), run.version());
  }

  String table() {
    return """
    | Scenario | Asked directly | Through the gateway |
    |---|---|---|
    %s\
    """
        .formatted(
            direct.entrySet().stream()
                .map(
                    it ->
                        "| `%s` | %s | %s |\n"
                            .formatted(
                                it.getKey(),
                                it.getValue().words(),
                                through.get(it.getKey()).words()))
                .collect(Collectors.joining()));
  }
}
