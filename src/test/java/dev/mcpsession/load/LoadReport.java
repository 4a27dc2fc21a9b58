package dev.mcpsession.load;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What came of a load.
 *
 * @param calls that have ended, in the order of their ends
 * @param changedIds answers with another MCP session id than their client had
 * @param heldBack calls that were not made, since too many of their user's were still under way
 */
public record LoadReport(List<LoadCall> calls, int changedIds, long heldBack) {
  public LoadReport {
    calls = List.copyOf(calls);
  }

  /** Of some users only. */
  public LoadReport of(Predicate<LoadUser> users) {
    return new LoadReport(
        calls.stream().filter(call -> users.test(call.user())).toList(), changedIds, heldBack);
  }

  public List<LoadCall> failed() {
    return calls.stream().filter(LoadCall::hasFailed).toList();
  }

  public Duration longest() {
    return calls.stream().map(LoadCall::took).max(Duration::compareTo).orElse(Duration.ZERO);
  }

  public Duration median() {
    List<Duration> sorted = calls.stream().map(LoadCall::took).sorted().toList();
    return sorted.isEmpty() ? Duration.ZERO : sorted.get(sorted.size() / 2);
  }

  /**
   * Calls that were answered well, and have had no effect.
   *
   * @param effects how often each key was counted, by all backends that ever were
   */
  public List<LoadCall> lost(Map<String, Integer> effects) {
    return calls.stream()
        .filter(call -> !call.hasFailed() && !effects.containsKey(call.key()))
        .toList();
  }

  /** Calls that have had more than one effect, those that failed as well. */
  public List<LoadCall> repeated(Map<String, Integer> effects) {
    return calls.stream().filter(call -> effects.getOrDefault(call.key(), 0) > 1).toList();
  }

  @Override
  public String toString() {
    return "%d calls of %d users, %d failed, longest wait %d ms, median %d ms, %d changed ids%s"
        .formatted(
            calls.size(),
            calls.stream().map(LoadCall::user).distinct().count(),
            failed().size(),
            longest().toMillis(),
            median().toMillis(),
            changedIds,
            heldBack == 0 ? "" : ", " + heldBack + " held back");
  }
}
