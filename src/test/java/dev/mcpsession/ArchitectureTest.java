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

  private static final Set<String> ALL =
      Set.of(
          "api",
          "config",
          "rbac",
          "token",
          "metrics",
          "resources",
          "plan",
          "explain",
          "reconcile",
          "cli");

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

  static Stream<Arguments> packages() {
    return Stream.of(
        Arguments.of("api", Set.of()),
        Arguments.of("config", Set.of()),
        Arguments.of("rbac", Set.of("api")),
        Arguments.of("token", Set.of("api")),
        Arguments.of("metrics", Set.of("api")),
        Arguments.of("resources", Set.of("api", "token")),
        Arguments.of("plan", Set.of("api", "token", "resources")),
        Arguments.of("explain", Set.of("api", "token", "resources", "plan")),
        Arguments.of("reconcile", Set.of("api", "config", "token", "metrics", "resources", "plan")),
        Arguments.of("cli", ALL));
  }

  @ParameterizedTest(name = "{0} imports of ours only {1}")
  @MethodSource("packages")
  void aPackageImportsOnlyWhatItMay(String name, Set<String> allowed) {
    String[] others =
        ALL.stream()
            .filter(other -> !other.equals(name) && !allowed.contains(other))
            .map(other -> "dev.mcpsession." + other + "..")
            .toArray(String[]::new);
    if (others.length > 0) {
      check(
          noClasses()
              .that()
              .resideInAPackage("dev.mcpsession." + name + "..")
              .should()
              .dependOnClassesThat()
              .resideInAnyPackage(others));
    }
  }

  @Test
  void everyPackageHasItsPlaceInTheOrder() {
    check(
        classes()
            .should()
            .resideInAnyPackage(
                Stream.concat(
                        Stream.of("dev.mcpsession"),
                        ALL.stream().map(name -> "dev.mcpsession." + name + ".."))
                    .toArray(String[]::new)));
  }

  @Test
  void packagesFormNoCycle() {
    check(slices().matching("dev.mcpsession.(*)..").should().beFreeOfCycles());
  }

  @Test
  void thePureCoreKnowsNeitherAClientNorJosdkNorALog() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(
                "dev.mcpsession.plan..", "dev.mcpsession.resources..", "dev.mcpsession.explain..")
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
  void onlyTheRequestsOfTheApplierAndOfTokensWriteThroughTheClient() {
    check(
        noClasses()
            .that()
            .doNotHaveFullyQualifiedName("dev.mcpsession.reconcile.KubernetesApi")
            .and()
            .doNotHaveFullyQualifiedName("dev.mcpsession.token.ServiceAccountTokens")
            .and()
            .doNotHaveFullyQualifiedName("dev.mcpsession.token.oauth.ApiGrantStore")
            .and()
            .resideOutsideOfPackage("dev.mcpsession.cli..")
            .should()
            .accessTargetWhere(access("a write of the fabric8 client", it -> isWrite(it, WRITES))));
  }

  @Test
  void nothingButTheApplierAndItsPartsWritesToTheCluster() {
    onlyTheseAccess(
        Set.of("PlanApplier", "Children", "Guards", "Announcer"),
        "a write of ClusterApi",
        it -> isOf(it, "ClusterApi") && !it.getName().startsWith("read"));
  }

  @Test
  void childrenAndGuardsAreWrittenByTheApplierAlone() {
    onlyTheseAccess(
        Set.of("PlanApplier", "Children"), "a session's children", it -> isOf(it, "Children"));
    onlyTheseAccess(
        Set.of("PlanApplier"),
        "the making of guards",
        it -> isOf(it, "Guards") && it.getName().equals("make"));
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

  /** These classes of the package reconcile, and what is nested in them. */
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
        .map("dev.mcpsession.reconcile."::concat)
        .anyMatch(name -> type.getName().equals(name) || type.getName().startsWith(name + "$"));
  }

  private static boolean isOf(JavaAccess<?> access, String name) {
    return access.getTargetOwner().getName().equals("dev.mcpsession.reconcile." + name);
  }

  private static DescribedPredicate<JavaAccess<?>> access(
      String what, Predicate<JavaAccess<?>> predicate) {
    return DescribedPredicate.describe(what, predicate);
  }

  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(MAIN);
  }
}
