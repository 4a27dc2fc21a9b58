package dev.mcpsession;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static dev.mcpsession.MainClasses.MAIN;
import static dev.mcpsession.MainClasses.access;
import static dev.mcpsession.MainClasses.check;
import static dev.mcpsession.MainClasses.isOneOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ArchitectureTest {
  /** Which rooms each room may use; the subrooms of one are told apart below. */
  private static final Map<String, Set<String>> ROOMS =
      Map.ofEntries(
          Map.entry("api", Set.of()),
          Map.entry("config", Set.of()),
          Map.entry("retry", Set.of()),
          Map.entry("kube", Set.of("api", "config")),
          Map.entry("metrics", Set.of("api", "config")),
          Map.entry("rbac", Set.of("api", "config")),
          Map.entry("process", Set.of("api", "config", "kube", "rbac", "retry")),
          Map.entry("token", Set.of("api", "config", "kube", "retry")),
          Map.entry("resources", Set.of("api", "token")),
          Map.entry("plan", Set.of("api", "token", "resources", "retry")),
          Map.entry(
              "reconcile",
              Set.of("api", "config", "kube", "metrics", "retry", "token", "resources", "plan")),
          Map.entry(
              "explain",
              Set.of("api", "config", "kube", "token", "resources", "plan", "reconcile")),
          Map.entry("cleanup", Set.of("api", "kube")),
          Map.entry(
              "cli",
              Set.of(
                  "api",
                  "config",
                  "kube",
                  "process",
                  "metrics",
                  "rbac",
                  "token",
                  "reconcile",
                  "explain",
                  "cleanup")));

  /** Within a room: which subrooms a subroom may use; "" is the room's own classes. */
  private static final Map<String, Map<String, Set<String>>> SUBROOMS =
      Map.of(
          "process", Map.of("leader", Set.of(), "", Set.of("leader")),
          "plan",
              Map.of(
                  "observed", Set.of(),
                  "timing", Set.of("observed"),
                  "assess", Set.of("observed", "timing"),
                  "", Set.of("observed", "timing", "assess")),
          "token", Map.of("", Set.of(), "oauth", Set.of(""), "grant", Set.of("", "oauth")),
          "reconcile",
              Map.of(
                  "cache", Set.of(),
                  "memory", Set.of(),
                  "write", Set.of("cache", "memory"),
                  "token", Set.of("cache", "memory", "write"),
                  "", Set.of("cache", "memory", "write", "token")));

  static Stream<Arguments> rooms() {
    return ROOMS.entrySet().stream().map(room -> Arguments.of(room.getKey(), room.getValue()));
  }

  @ParameterizedTest(name = "{0} imports of ours only {1}")
  @MethodSource("rooms")
  void aRoomImportsOnlyWhatItMay(String name, Set<String> allowed) {
    String[] others =
        ROOMS.keySet().stream()
            .filter(other -> !other.equals(name) && !allowed.contains(other))
            .map(other -> inRoom(other) + "..")
            .toArray(String[]::new);
    check(
        noClasses()
            .that()
            .resideInAPackage(inRoom(name) + "..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(others));
  }

  static Stream<Arguments> subrooms() {
    return SUBROOMS.entrySet().stream()
        .flatMap(
            room ->
                room.getValue().entrySet().stream()
                    .map(sub -> Arguments.of(room.getKey(), sub.getKey(), sub.getValue())));
  }

  @ParameterizedTest(name = "{0}.{1} imports of {0} only {2}")
  @MethodSource("subrooms")
  void aSubroomImportsOnlyWhatItMay(String room, String name, Set<String> allowed) {
    String[] others =
        SUBROOMS.get(room).keySet().stream()
            .filter(other -> !other.equals(name) && !allowed.contains(other))
            .map(other -> inSubroom(room, other))
            .toArray(String[]::new);
    check(
        noClasses()
            .that()
            .resideInAPackage(inSubroom(room, name))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(others));
  }

  private static String inRoom(String name) {
    return "dev.mcpsession." + name;
  }

  private static String inSubroom(String room, String name) {
    return inRoom(room) + (name.isEmpty() ? "" : "." + name);
  }

  @Test
  void everyPackageHasItsPlaceInTheOrder() {
    String[] known =
        Stream.concat(
                Stream.of("dev.mcpsession"),
                ROOMS.keySet().stream()
                    .flatMap(
                        room ->
                            Stream.concat(
                                Stream.of(inRoom(room)),
                                SUBROOMS.getOrDefault(room, Map.of()).keySet().stream()
                                    .map(sub -> inSubroom(room, sub)))))
            .toArray(String[]::new);
    check(classes().should().resideInAnyPackage(known));
  }

  @Test
  void packagesFormNoCycle() {
    check(slices().matching("dev.mcpsession.(*)..").should().beFreeOfCycles());
    check(slices().matching("dev.mcpsession.(**)").should().beFreeOfCycles());
  }

  @Test
  void thePureCoreKnowsNeitherAClientNorJosdkNorALog() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(
                "dev.mcpsession.plan..", "dev.mcpsession.resources..", "dev.mcpsession.explain..")
            .and(not(describe("what reads for explain", ArchitectureTest::readsForExplain)))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "io.fabric8.kubernetes.client..",
                "io.javaoperatorsdk..",
                "io.micrometer..",
                "org.slf4j..",
                "java.io..",
                "java.nio.file..",
                "java.net..",
                "java.util.concurrent.."));
  }

  @Test
  void onlyTheCompositionRootKnowsTheSystemClockAndTheEnvironment() {
    Map<String, Set<String>> forbidden =
        Map.of(
            "java.time.Instant", Set.of("now"),
            "java.time.OffsetDateTime", Set.of("now"),
            "java.time.ZonedDateTime", Set.of("now"),
            "java.time.LocalDateTime", Set.of("now"),
            "java.time.InstantSource", Set.of("system"),
            "java.time.Clock", Set.of("systemUTC", "systemDefaultZone", "system"),
            "java.lang.System", Set.of("getenv", "currentTimeMillis"));
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("dev.mcpsession.cli..")
            .should()
            .accessTargetWhere(
                access(
                    "the system clock or the environment",
                    it ->
                        forbidden
                            .getOrDefault(it.getTargetOwner().getName(), Set.of())
                            .contains(it.getName()))));
  }

  @Test
  void noClassIsNamedForDoingThisAndThat() {
    check(noClasses().should().haveNameMatching(".*(Util|Utils|Helper|Helpers|Manager)(\\$.*)?"));
  }

  @Test
  void everyPackageIsNullMarked() {
    assertThat(MAIN)
        .isNotEmpty()
        .allSatisfy(
            type ->
                assertThat(type.getPackage().isAnnotatedWith(NullMarked.class))
                    .as("package-info of %s", type.getPackageName())
                    .isTrue());
  }

  private static boolean readsForExplain(JavaClass type) {
    return isOneOf(type, Set.of("explain.DirectView", "explain.SessionInspection"));
  }
}
