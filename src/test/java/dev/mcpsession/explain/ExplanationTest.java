package dev.mcpsession.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.docs.GeneratedDocument;
import dev.mcpsession.plan.PlanCase;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.observed.ObservedSession;
import dev.mcpsession.plan.observed.ObservedTemplate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is said of the planner's golden cases; the text of one is src/test/resources/explain/ and
 * the case's name.
 */
class ExplanationTest {
  private static final Path CASES = Path.of("src/test/resources/plan");
  private static final Path TEXTS = Path.of("src/test/resources/explain");
  private static final ReadAccess ALL_READABLE =
      new ReadAccess(true, true, List.of(), List.of(), null, null);

  private static final ReadAccess OF_TEMPLATE =
      new ReadAccess(
          true,
          true,
          List.of(),
          List.of(),
          null,
          new TemplateUse(3, List.of("idleTimeoutSeconds", "podTemplate")));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nothing-to-do",
        "nothing-to-do-without-a-token",
        "status-lost-without-a-pod",
        "start-with-a-token",
        "start-token-in-flight",
        "start-candidate-with-image-trouble",
        "start-service-name-taken",
        "backoff-not-over",
        "replace-for-template",
        "replace-for-template-without-a-free-place",
        "replace-for-token-just-before",
        "replace-for-token-by-time",
        "replace-for-a-changed-source",
        "replace-for-node",
        "replace-for-node-without-a-free-place",
        "recreate-template-changed",
        "recreate-token-issued",
        "recreate-waits-for-the-old-pod",
        "recreate-waits-longer-than-a-place-lasts",
        "promote-replacement",
        "drain-not-due",
        "idle-not-yet",
        "idle-delete",
        "idle-suspend",
        "idle-suspend-what-is-to-be-deleted-later",
        "idle-not-deleted-before-its-timeout",
        "suspended-idle-and-not-yet-deleted",
        "suspended-idle-and-kept-without-its-template",
        "released-a-little-ahead",
        "released-what-is-never-idle",
        "released-during-the-first-start",
        "released-and-suspended-nothing-to-do",
        "released-unparseable-and-known",
        "suspended-idle-nothing-to-do",
        "suspend-by-spec-what-is-suspended-idle",
        "token-expired-and-waiting",
        "grant-unchanged",
        "grant-gone-while-serving",
        "backend-vanished",
        "foreign-pod",
        "failures-not-yet-forgiven",
        "lifetime-not-yet-over",
        "activity-unparseable-and-known",
        "ending-tokens-to-be-revoked",
        "ending-without-our-finalizer",
        "idle-not-before-the-first-start-had-its-time",
      })
  void theGoldenTextHolds(String name) throws IOException {
    new GeneratedDocument(TEXTS.resolve(name + ".txt")).mustBe(explain(name, ALL_READABLE));
  }

  @Test
  void itSaysFromWhichTemplateTheSessionIsMadeAndWhatThatGives() throws IOException {
    assertThat(explain("nothing-to-do", using(new ObservedTemplate.Usable("tools")), OF_TEMPLATE))
        .contains(
            "Template:      tools, generation 3, which gives idleTimeoutSeconds, podTemplate\n");
  }

  @Test
  void itSaysWhatIsInTheWayOfATemplate() throws IOException {
    assertThat(
            explain(
                "nothing-to-do",
                using(new ObservedTemplate.Invalid("tools", "image: Required value")),
                OF_TEMPLATE))
        .contains(
            "template tools is invalid: image: Required value; until then no backend is made");
    assertThat(explain("nothing-to-do", using(new ObservedTemplate.Missing("tools")), ALL_READABLE))
        .contains("Template:      tools\n", "there is no McpSessionTemplate tools");
  }

  @Test
  void whatDependsOnATemplateThatIsNotReadableIsLeftOpen() throws IOException {
    ReadAccess access =
        new ReadAccess(true, false, List.of("the template: forbidden"), List.of(), null, null);
    assertThat(explain("nothing-to-do", using(new ObservedTemplate.Missing("tools")), access))
        .contains(
            "Template:      tools, not readable",
            "alice-1: serving",
            "Now:           cannot be said, for the session's template is not readable",
            "Not readable:  the template: forbidden")
        .doesNotContain("Idle clock:", "Token:", "Inputs:", "Next:");
  }

  @TestFactory
  Stream<DynamicTest> everyCaseOfThePlannerCanBeExplained() throws IOException {
    return names()
        .map(
            name ->
                DynamicTest.dynamicTest(
                    name.replace('-', ' '),
                    () ->
                        assertThat(explain(name, ALL_READABLE))
                            .contains("\nNow: ")
                            .contains("\nNext: ")
                            .doesNotContain("null")));
  }

  private static Stream<String> names() throws IOException {
    try (Stream<Path> files = Files.list(CASES)) {
      return files
          .filter(Files::isDirectory)
          .map(folder -> folder.getFileName().toString())
          .sorted()
          .toList()
          .stream();
    }
  }

  private static UnaryOperator<Observation> using(ObservedTemplate template) {
    return seen -> {
      ObservedSession it = seen.session();
      return new Observation(
          new ObservedSession(
              it.key(),
              it.resourceVersion(),
              it.generation(),
              it.createdAt(),
              it.deletedAt(),
              it.finalizer(),
              it.spec(),
              template,
              it.status(),
              it.lastActive(),
              it.released(),
              it.restartedAt()),
          seen.children(),
          seen.source(),
          seen.memory(),
          seen.shared());
    };
  }

  private static String explain(String name, UnaryOperator<Observation> change, ReadAccess around)
      throws IOException {
    PlanCase golden = PlanCase.read(CASES.resolve(name).resolve("in.yaml"));
    return Explanation.of(change.apply(golden.seen()), around, golden.now());
  }

  private static String explain(String name, ReadAccess around) throws IOException {
    return explain(name, UnaryOperator.identity(), around);
  }
}
