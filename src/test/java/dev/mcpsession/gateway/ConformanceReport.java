package dev.mcpsession.gateway;

import dev.mcpsession.clients.Conformance;
import dev.mcpsession.clients.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Collectors;

/** What the official conformance suite says of a backend and of the gateway in front of it. */
final class ConformanceReport {
  private final List<String> tables = new ArrayList<>();

  /** Adds one run; both have the same scenarios. */
  void add(
      Conformance run, SortedMap<String, Scenario> direct, SortedMap<String, Scenario> through) {
    String rows =
        direct.entrySet().stream()
            .map(
                it ->
                    "| `%s` | %s | %s |\n"
                        .formatted(
                            it.getKey(), words(it.getValue()), words(through.get(it.getKey()))))
            .collect(Collectors.joining());
    tables.add(
        """
        ## Revision %s, suite %s

        | Scenario | Asked directly | Through the gateway |
        |---|---|---|
        %s\
        """
            .formatted(run.revision(), run.version(), rows));
  }

  String text() {
    return """
    # Conformance

    The official suite, `@modelcontextprotocol/conformance`, is run against a backend that does what it asks of a
    server, once directly and once through two replicas of the gateway. Both have to give the same outcome, scenario by
    scenario and check by check. A number counts checks. The scenarios `tasks-...` are of an extension of the protocol
    that the backend does not speak: the gateway passes its errors as well.

    %s\
    """
        .formatted(String.join("\n", tables));
  }

  private static String words(Scenario scenario) {
    List<String> words = new ArrayList<>();
    words.add(scenario.passed() + " passed");
    if (scenario.failed() > 0) {
      words.add(scenario.failed() + " failed");
    }
    if (scenario.other() > 0) {
      words.add(scenario.other() + " warned or skipped");
    }
    return String.join(", ", words);
  }
}
