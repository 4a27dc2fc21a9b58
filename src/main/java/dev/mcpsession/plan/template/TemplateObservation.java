package dev.mcpsession.plan.template;

import dev.mcpsession.api.McpSessionTemplateStatus;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a decision about a template may depend on.
 *
 * @param status null if it is new, or its status was cleared
 * @param check of this generation, by this process; null if there was none yet
 * @param standings of those of its sessions that were planned with this generation, by name
 * @param unplanned how many of its sessions were not yet
 * @param unplannedSince when there began to be such; null if there are none
 * @param writtenAt when this process wrote the status last; null if it did not
 */
public record TemplateObservation(
    long generation,
    @Nullable McpSessionTemplateStatus status,
    @Nullable TemplateCheck check,
    SortedMap<String, SessionStanding> standings,
    int unplanned,
    @Nullable Instant unplannedSince,
    @Nullable Instant writtenAt) {

  int sessions() {
    return standings.size() + unplanned;
  }

  long count(SessionStanding.State state) {
    return standings.values().stream().filter(it -> it.state() == state).count();
  }

  /** The first by name of those that are furthest from being replaced; null if none is behind. */
  Map.@Nullable Entry<String, SessionStanding> worst() {
    return standings.entrySet().stream()
        .filter(it -> it.getValue().state() != SessionStanding.State.CURRENT)
        .max(
            Map.Entry.<String, SessionStanding>comparingByValue(
                    Comparator.comparing(SessionStanding::state))
                .thenComparing(Map.Entry.<String, SessionStanding>comparingByKey().reversed()))
        .orElse(null);
  }
}
