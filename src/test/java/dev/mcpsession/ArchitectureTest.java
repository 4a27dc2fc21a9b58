package dev.mcpsession;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ArchitectureTest {
  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.mcpsession");

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

  /** The methods by which the fabric8 client changes something in a cluster. */
  private static final Set<String> WRITES =
      Set.of(
          "create",
          "createOr",
          "createOrReplace",
          "update",
          "updateStatus",
          "patch",
          "patchStatus",
          "replace",
          "replaceStatus",
          "edit",
          "editStatus",
          "accept",
          "serverSideApply",
          "delete",
          "evict",
          "scale",
          "tokenRequest",
          "raw");

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

  /** Each with what it writes. */
  private static final Map<String, String> WRITERS =
      Map.of(
          "reconcile.write.KubernetesApi", "sessions and their children, for the applier",
          "kube.ConditionalDelete", "deletes, for KubernetesApi and cleanup",
          "token.ServiceAccountTokens", "TokenRequests",
          "token.grant.ApiGrantStore", "grant Secrets",
          "process.leader.ApiLeaseStore", "the Lease",
          "rbac.PermissionReview", "questions about our own permissions");

  @Test
  void onlyTheseClassesWriteThroughTheClient() {
    check(
        noClasses()
            .that(not(describe("one of " + WRITERS, type -> isOneOf(type, WRITERS.keySet()))))
            .should()
            .accessTargetWhere(access("a write of the fabric8 client", it -> isWrite(it, WRITES))));
  }

  @Test
  void deletesWithPreconditionsAreSentByTheApplierAndByCleanupAlone() {
    onlyTheseAccess(
        Set.of("kube.ConditionalDelete", "reconcile.write.KubernetesApi", "cleanup.SessionCleanup"),
        "a delete with preconditions",
        it -> isOf(it, "kube.ConditionalDelete"));
  }

  @Test
  void nothingButTheApplierAndItsPartsWritesToTheCluster() {
    onlyTheseAccess(
        Set.of(
            "reconcile.PlanApplier",
            "reconcile.write.Children",
            "reconcile.write.NamespaceBudgets",
            "reconcile.write.Announcer"),
        "a write of ClusterApi",
        it -> isOf(it, "reconcile.write.ClusterApi") && !it.getName().startsWith("read"));
  }

  @Test
  void childrenAndBudgetsAreWrittenByTheApplierAlone() {
    onlyTheseAccess(
        Set.of("reconcile.PlanApplier", "reconcile.write.Children"),
        "a session's children",
        it -> isOf(it, "reconcile.write.Children"));
    onlyTheseAccess(
        Set.of("reconcile.PlanApplier"),
        "the making of budgets",
        it -> isOf(it, "reconcile.write.NamespaceBudgets") && it.getName().equals("make"));
  }

  @Test
  void nothingIsEverAppliedOrCreatedInPlaceOfWhatWasDeleted() {
    Set<String> resurrecting = Set.of("serverSideApply", "createOrReplace", "createOr");
    check(
        noClasses()
            .should()
            .accessTargetWhere(
                access("apply or create-or-replace", it -> isWrite(it, resurrecting))));
  }

  @Test
  void josdkNeitherWritesNorSetsATimerForASession() {
    check(
        noClasses()
            .should()
            .accessTargetWhere(
                access(
                    "UpdateControl other than noUpdate",
                    it ->
                        it.getTargetOwner()
                                .isAssignableTo(
                                    "io.javaoperatorsdk.operator.api.reconciler.BaseControl")
                            && !it.getName().equals("noUpdate"))));
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

  private static boolean isWrite(JavaAccess<?> access, Set<String> names) {
    return names.contains(access.getName())
        && resideInAPackage("io.fabric8.kubernetes.client..").test(access.getTargetOwner())
        && !resideInAnyPackage(
                "io.fabric8.kubernetes.client.informers..", "io.fabric8.kubernetes.client.utils..")
            .test(access.getTargetOwner());
  }

  /** These classes and what is nested in them. */
  private static void onlyTheseAccess(
      Set<String> names, String what, Predicate<JavaAccess<?>> target) {
    check(
        noClasses()
            .that(not(describe("one of " + names, type -> isOneOf(type, names))))
            .should()
            .accessTargetWhere(access(what, target)));
  }

  private static boolean isOneOf(JavaClass type, Set<String> names) {
    return names.stream()
        .map("dev.mcpsession."::concat)
        .anyMatch(name -> type.getName().equals(name) || type.getName().startsWith(name + "$"));
  }

  private static boolean readsForExplain(JavaClass type) {
    return isOneOf(type, Set.of("explain.DirectView", "explain.SessionInspection"));
  }

  private static boolean isOf(JavaAccess<?> access, String name) {
    return access.getTargetOwner().getName().equals("dev.mcpsession." + name);
  }

  private static DescribedPredicate<JavaAccess<?>> access(
      String what, Predicate<JavaAccess<?>> predicate) {
    return DescribedPredicate.describe(what, predicate);
  }

  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(MAIN);
  }
}
