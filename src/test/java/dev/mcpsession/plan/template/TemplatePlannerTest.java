package dev.mcpsession.plan.template;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.Condition;
import dev.mcpsession.api.McpSessionTemplateStatus;
import dev.mcpsession.plan.template.SessionStanding.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TemplatePlannerTest {
  private static final Instant NOW = Instant.parse("2026-11-21T09:00:00Z");
  private static final TemplateCheck ACCEPTED = new TemplateCheck.Accepted();

  private final SortedMap<String, SessionStanding> standings = new TreeMap<>();
  private @Nullable McpSessionTemplateStatus status;
  private @Nullable TemplateCheck check;
  private long generation = 1;
  private int unplanned;
  private @Nullable Instant unplannedSince;
  private @Nullable Instant writtenAt;

  @Test
  void aNewTemplateIsCheckedBeforeAnythingIsSaid() {
    assertThat(plan(NOW)).isEqualTo(new TemplatePlan(true, null, null));
  }

  @Test
  void eachGenerationIsCheckedOnce() {
    check = ACCEPTED;
    write(NOW);
    check = null;
    assertThat(plan(NOW).check()).isFalse();
    generation = 2;
    assertThat(plan(NOW).check()).isTrue();
  }

  @Test
  void aProcessThatStartsSaysNothingNewAndAsksNothing() {
    check = ACCEPTED;
    standings.put("alice", standing(State.CURRENT, ""));
    write(NOW);
    check = null;
    writtenAt = null;
    standings.clear();
    unplanned = 1;
    unplannedSince = NOW.plusSeconds(60);
    assertThat(plan(NOW.plusSeconds(60)))
        .isEqualTo(
            new TemplatePlan(false, null, NOW.plusSeconds(60).plus(TemplatePlanner.PATIENCE)));
    unplanned = 0;
    unplannedSince = null;
    standings.put("alice", standing(State.CURRENT, ""));
    assertThat(plan(NOW.plusSeconds(61))).isEqualTo(new TemplatePlan(false, null, null));
  }

  @Test
  void aSessionThatIsNeverPlannedCountsAsBehindInTheEnd() {
    check = ACCEPTED;
    write(NOW);
    unplanned = 1;
    unplannedSince = NOW;
    Instant late = NOW.plus(TemplatePlanner.PATIENCE);
    assertThat(condition(plan(late), "UpToDate").message()).isEqualTo("1 of 1 sessions behind");
  }

  @Test
  void aRefusedPodMakesTheTemplateInvalidInTheApiServersWords() {
    check = new TemplateCheck.Refused("spec.containers[0].image: Required value");
    Condition valid = condition(plan(NOW), "Valid");
    assertThat(valid.status()).isEqualTo("False");
    assertThat(valid.reason()).isEqualTo("Invalid");
    assertThat(valid.message()).contains("spec.containers[0].image: Required value");
  }

  @Test
  void whatCouldNotBeTriedIsUsedAndTriedAgain() {
    Instant again = NOW.plusSeconds(5);
    check = new TemplateCheck.NotPossible("exceeded quota", 1, again);
    TemplatePlan first = write(NOW);
    Condition valid = condition(first, "Valid");
    assertThat(valid.status()).isEqualTo("Unknown");
    assertThat(valid.message()).contains("exceeded quota");
    assertThat(first.wakeAt()).isEqualTo(again);
    assertThat(plan(again).check()).isTrue();
  }

  @Test
  void aProcessThatStartsTriesAgainWhatCouldNotBeTried() {
    check = new TemplateCheck.NotPossible("exceeded quota", 1, NOW.plusSeconds(5));
    write(NOW);
    check = null;
    assertThat(plan(NOW).check()).isTrue();
  }

  @Test
  void aRollOutThatGoesOnSaysHowManyAreBehind() {
    check = ACCEPTED;
    standings.put("a", standing(State.CURRENT, ""));
    standings.put("b", standing(State.UNDERWAY, "revision 2 is starting (template)"));
    standings.put("c", standing(State.WAITING, "a replacement is due"));
    TemplatePlan plan = plan(NOW);
    Condition upToDate = condition(plan, "UpToDate");
    assertThat(upToDate.status()).isEqualTo("False");
    assertThat(upToDate.reason()).isEqualTo("RollingOut");
    assertThat(upToDate.message())
        .isEqualTo(
            "2 of 3 sessions behind: 1 being replaced, 1 waiting for a place of"
                + " maxConcurrentReplacements; session b: revision 2 is starting (template)");
    assertThat(plan.status().sessions()).isEqualTo(3);
    assertThat(plan.status().upToDate()).isEqualTo(1);
  }

  @Test
  void aRollOutThatFailsNamesTheFirstSessionThatFailsAndWhy() {
    check = ACCEPTED;
    standings.put("a", standing(State.UNDERWAY, "revision 2 is starting (template)"));
    standings.put("b", standing(State.FAILING, "image nope:1 cannot be pulled"));
    standings.put("c", standing(State.FAILING, "something else"));
    Condition upToDate = condition(plan(NOW), "UpToDate");
    assertThat(upToDate.reason()).isEqualTo("RolloutFailing");
    assertThat(upToDate.message())
        .isEqualTo(
            "3 of 3 sessions behind: 2 cannot be replaced for now, 1 being replaced; session b:"
                + " image nope:1 cannot be pulled");
  }

  @Test
  void aNewGenerationIsNotUpToDateBeforeItsSessionsWerePlanned() {
    check = ACCEPTED;
    standings.put("alice", standing(State.CURRENT, ""));
    write(NOW);
    generation = 2;
    standings.clear();
    unplanned = 1;
    unplannedSince = NOW;
    TemplatePlan plan = plan(NOW);
    assertThat(plan.status().observedGeneration()).isEqualTo(2);
    assertThat(condition(plan, "UpToDate").status()).isEqualTo("False");
    assertThat(condition(plan, "UpToDate").observedGeneration()).isEqualTo(2);
  }

  @Test
  void countsAreWrittenOnceASecondAndWordsAloneEveryHalfMinute() {
    check = ACCEPTED;
    standings.put("a", standing(State.UNDERWAY, "starting"));
    standings.put("b", standing(State.UNDERWAY, "starting"));
    write(NOW);
    standings.put("a", standing(State.UNDERWAY, "an image cannot be pulled"));
    assertThat(plan(NOW.plusSeconds(2)))
        .isEqualTo(new TemplatePlan(false, null, NOW.plus(TemplatePlanner.WORDS_PACE)));
    standings.put("b", standing(State.CURRENT, ""));
    Instant next = NOW.plus(TemplatePlanner.PACE);
    assertThat(plan(NOW.plusMillis(500))).isEqualTo(new TemplatePlan(false, null, next));
    assertThat(plan(next).status()).isNotNull();
  }

  @Test
  void aClockThatStepsBackDelaysNothing() {
    check = ACCEPTED;
    write(NOW);
    standings.put("a", standing(State.CURRENT, ""));
    assertThat(plan(NOW.minusSeconds(3600)).status()).isNotNull();
    unplanned = 1;
    unplannedSince = NOW;
    assertThat(plan(NOW.minusSeconds(3600)).status()).isNotNull();
  }

  @Test
  void whatOthersSayOfTheTemplateStays() {
    Condition foreign = new Condition("Audited", "True", 1L, NOW, "ByHand", "fine");
    status = new McpSessionTemplateStatus(null, null, null, List.of(foreign));
    check = ACCEPTED;
    assertThat(plan(NOW).status().conditions()).contains(foreign);
  }

  @Test
  void theTimeOfAConditionMovesWithItsStatusAlone() {
    check = ACCEPTED;
    standings.put("a", standing(State.UNDERWAY, "starting"));
    write(NOW);
    standings.put("a", standing(State.FAILING, "failed"));
    Instant later = NOW.plus(Duration.ofMinutes(1));
    assertThat(condition(plan(later), "UpToDate").lastTransitionTime()).isEqualTo(NOW);
    standings.put("a", standing(State.CURRENT, ""));
    assertThat(condition(plan(later), "UpToDate").lastTransitionTime()).isEqualTo(later);
  }

  private TemplatePlan plan(Instant now) {
    return TemplatePlanner.plan(
        new TemplateObservation(
            generation, status, check, standings, unplanned, unplannedSince, writtenAt),
        now);
  }

  private TemplatePlan write(Instant now) {
    TemplatePlan plan = plan(now);
    assertThat(plan.status()).isNotNull();
    status = plan.status();
    writtenAt = now;
    return plan;
  }

  private static SessionStanding standing(State state, String why) {
    return new SessionStanding(state, why);
  }

  private static Condition condition(TemplatePlan plan, String type) {
    return plan.status().conditions().stream()
        .filter(condition -> condition.type().equals(type))
        .findFirst()
        .orElseThrow();
  }
}
