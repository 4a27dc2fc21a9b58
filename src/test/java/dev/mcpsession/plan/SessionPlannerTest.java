package dev.mcpsession.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.docs.GeneratedDocument;
import dev.mcpsession.plan.observed.Observation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every case in src/test/resources/plan; {@link PlanCase} describes their format. */
class SessionPlannerTest {
  private static final Path CASES = Path.of("src/test/resources/plan");

  @TestFactory
  Stream<DynamicTest> theGoldenCaseHolds() throws IOException {
    return each(
        (folder, golden) ->
            new GeneratedDocument(folder.resolve("out.yaml"))
                .mustBe(golden.render(SessionPlanner.plan(golden.seen(), golden.now()))));
  }

  @TestFactory
  Stream<DynamicTest> theWakeUpLiesAheadAndNothingIsDueBefore() throws IOException {
    return each(
        (folder, golden) -> {
          Plan plan = SessionPlanner.plan(golden.seen(), golden.now());
          assertThat(plan.wakeAt())
              .satisfiesAnyOf(
                  at -> assertThat(at).isNull(), at -> assertThat(at).isAfter(golden.now()));
          if (plan.actions().isEmpty() && plan.wakeAt() != null) {
            Instant before = plan.wakeAt().minusMillis(1);
            assertThat(SessionPlanner.plan(golden.seen(), before)).isEqualTo(plan);
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> whatThePlanWroteIsNotWrittenAgain() throws IOException {
    return each(
        (folder, golden) -> {
          Plan plan = SessionPlanner.plan(golden.seen(), golden.now());
          if (plan.status() != null) {
            Observation written = golden.after(plan);
            assertThat(SessionPlanner.plan(written, golden.now()).status())
                .isEqualTo(plan.status());
          }
        });
  }

  @FunctionalInterface
  private interface Check {
    void run(Path folder, PlanCase golden) throws IOException;
  }

  private static Stream<DynamicTest> each(Check check) throws IOException {
    try (Stream<Path> files = Files.walk(CASES)) {
      return files
          .filter(file -> file.endsWith("in.yaml"))
          .map(Path::getParent)
          .sorted()
          .toList()
          .stream()
          .map(
              folder ->
                  DynamicTest.dynamicTest(
                      folder.getFileName().toString().replace('-', ' '),
                      () -> check.run(folder, PlanCase.read(folder.resolve("in.yaml")))));
    }
  }
}
