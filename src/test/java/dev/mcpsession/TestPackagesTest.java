package dev.mcpsession;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the tests are made of has an order as well. Some of it is more than a test: the build trains
 * the AOT cache of the image with it, and the quick start and the benchmarks are run by people.
 */
class TestPackagesTest {
  private static final JavaClasses TESTS =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
          .importPackages("dev.mcpsession");

  private static final DescribedPredicate<JavaClass> BELONG_TO_THE_TESTS =
      describe("belong to the tests", type -> TESTS.contain(type.getName()));

  private static final DescribedPredicate<JavaClass> ARE_TESTS =
      describe("are tests", TestPackagesTest::isTest);

  /**
   * The packages that others use or that are programs, each with the packages of the tests that it
   * may use; "" is the root package. Main classes and libraries are free to all.
   */
  private static final Map<String, Set<String>> FIXTURES =
      Map.ofEntries(
          Map.entry("", Set.of()),
          Map.entry("sample", Set.of()),
          Map.entry("fixture", Set.of()),
          Map.entry("external", Set.of()),
          Map.entry("browser", Set.of("external", "issuer")),
          Map.entry("clients", Set.of("browser", "external")),
          Map.entry("image", Set.of()),
          Map.entry("stored", Set.of()),
          Map.entry("issuer", Set.of()),
          Map.entry("cluster", Set.of("image")),
          Map.entry("docs", Set.of("cluster")),
          Map.entry(
              "replicas", Set.of("browser", "clients", "cluster", "external", "fixture", "issuer")),
          Map.entry("load", Set.of("replicas")),
          Map.entry("soak", Set.of("cluster", "fixture", "load", "replicas")),
          Map.entry("embedded", Set.of("sample")),
          Map.entry("training", Set.of("embedded", "image")),
          Map.entry(
              "quickstart",
              Set.of("browser", "clients", "embedded", "fixture", "issuer", "sample")),
          Map.entry(
              "bench",
              Set.of(
                  "",
                  "browser",
                  "cluster",
                  "fixture",
                  "gateway.http",
                  "image",
                  "issuer",
                  "replicas")));

  static Stream<Arguments> fixtures() {
    return FIXTURES.entrySet().stream().map(it -> Arguments.of(it.getKey(), it.getValue()));
  }

  @ParameterizedTest(name = "{0} uses of the tests only {1}")
  @MethodSource("fixtures")
  void aPackageOfFixturesUsesOnlyWhatItMay(String name, Set<String> allowed) {
    String[] usable =
        Stream.concat(Stream.of(name), allowed.stream())
            .map(TestPackagesTest::inPackage)
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(inPackage(name))
        .should()
        .dependOnClassesThat(BELONG_TO_THE_TESTS.and(not(resideInAnyPackage(usable))))
        .check(TESTS);
  }

  @Test
  void everyPackageOfTheTableIsThere() {
    assertThat(FIXTURES.keySet())
        .allSatisfy(
            name ->
                assertThat(TESTS.that(resideInAPackage(inPackage(name))))
                    .as("package " + name)
                    .isNotEmpty());
  }

  @Test
  void whatServesTestsUsesNoTest() {
    noClasses().that(not(ARE_TESTS)).should().dependOnClassesThat(ARE_TESTS).check(TESTS);
  }

  @Test
  void theTrainingOfTheImageIsNoTestAndUsesNone() {
    noClasses()
        .that()
        .resideInAPackage(inPackage("training"))
        .should()
        .transitivelyDependOnClassesThat(ARE_TESTS)
        .check(TESTS);
  }

  @Test
  void packagesFormNoCycle() {
    slices().matching("dev.mcpsession.(*)..").should().beFreeOfCycles().check(TESTS);
    slices().matching("dev.mcpsession.(**)").should().beFreeOfCycles().check(TESTS);
  }

  private static String inPackage(String name) {
    return name.isEmpty() ? "dev.mcpsession" : "dev.mcpsession." + name + "..";
  }

  /** By name, as the build finds them; annotations such as ClusterTest are none. */
  private static boolean isTest(JavaClass type) {
    JavaClass outer = type;
    while (outer.getEnclosingClass().isPresent()) {
      outer = outer.getEnclosingClass().get();
    }
    String name = outer.getSimpleName();
    return BELONG_TO_THE_TESTS.test(outer)
        && (name.endsWith("Test") || name.endsWith("IT"))
        && !outer.isAnnotation();
  }
}
