package dev.mcpsession.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.plan.template.SessionStanding;
import dev.mcpsession.plan.template.SessionStanding.State;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How far a session is with its template after the plans of golden cases. */
class SessionStandingTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "replace-for-template, UNDERWAY",
    "replace-for-template-without-a-free-place, WAITING",
    "replace-for-node-and-template, UNDERWAY",
    "recreate-template-changed, UNDERWAY",
    "recreate-template-changed-without-a-free-place, WAITING",
    "recreate-waits-for-the-old-pod, UNDERWAY",
    "recreate-starting, UNDERWAY",
    "recreate-promoted, CURRENT",
    "recreate-failed, FAILING",
    "recreate-token-due, CURRENT",
    "recreate-resume, CURRENT",
    "template-invalid-serving, FAILING",
    "template-invalid-at-the-first-start, FAILING",
    "template-invalid-and-the-backend-gone, FAILING",
    "template-invalid-suspended-idle, CURRENT",
    "template-back-unchanged, CURRENT",
    "template-back-changed, UNDERWAY",
  })
  void itRunsNothingOlderOrIsBehind(String name, State expected) throws IOException {
    assertThat(after(name, null).state()).isEqualTo(expected);
  }

  @Test
  void whatFailedIsRememberedWhileItIsTriedAgain() throws IOException {
    SessionStanding failed = after("recreate-failed", null);
    assertThat(failed.why()).isNotEmpty().doesNotContain("next attempt at");
    assertThat(after("recreate-retry", failed)).isEqualTo(failed);
    assertThat(after("recreate-promoted", failed).state()).isEqualTo(State.CURRENT);
  }

  private static SessionStanding after(String name, SessionStanding before) throws IOException {
    PlanCase golden = PlanCase.read(Path.of("src/test/resources/plan", name, "in.yaml"));
    Plan plan = SessionPlanner.plan(golden.seen(), golden.now());
    return SessionStanding.of(
        golden.seen(), plan.status(), plan.slot() == Plan.Slot.WANTED, before);
  }
}
