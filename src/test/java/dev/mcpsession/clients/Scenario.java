package dev.mcpsession.clients;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * The outcome of one scenario.
 *
 * @param checks each as its id, its name and its status, without what is only information
 */
public record Scenario(List<Check> checks) {
  public Scenario {
    checks = List.copyOf(checks);
  }

  /**
   * What was looked at.
   *
   * @param status SUCCESS, FAILURE, WARNING or SKIPPED
   */
  public record Check(String id, String name, String status) {}

  static Scenario of(JsonNode checks) {
    return new Scenario(
        StreamSupport.stream(checks.spliterator(), false)
            .map(
                it ->
                    new Check(
                        it.path("id").asText(),
                        it.path("name").asText(),
                        it.path("status").asText()))
            .filter(it -> !it.status().equals("INFO"))
            .toList());
  }

  public long passed() {
    return count("SUCCESS");
  }

  public long failed() {
    return count("FAILURE");
  }

  /** Checks of what a server should do, and those that did not apply. */
  public long other() {
    return checks.size() - passed() - failed();
  }

  /** In words, such as "3 passed, 1 failed". */
  public String words() {
    List<String> words = new ArrayList<>();
    words.add(passed() + " passed");
    if (failed() > 0) {
      words.add(failed() + " failed");
    }
    if (other() > 0) {
      words.add(other() + " warned or skipped");
    }
    return String.join(", ", words);
  }

  private long count(String status) {
    return checks.stream().filter(it -> it.status().equals(status)).count();
  }
}
