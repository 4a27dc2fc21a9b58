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
  /** Which packages each package may use; its subpackages are told apart below. */
  private static final Map<String, Set<String>> PACKAGES =
      Map.ofEntries(
          Map.entry("api", Set.of()),
          Map.entry("config", Set.of()),
          Map.entry("retry", Set.of()),
          Map.entry("text", Set.of()),
          Map.entry("kube", Set.of("api", "config", "text")),
          Map.entry("metrics", Set.of("api", "config")),
          Map.entry("rbac", Set.of("api", "config", "kube")),
          Map.entry("process", Set.of("api", "config", "kube", "rbac", "retry")),
          Map.entry("token", Set.of("api", "config", "kube", "retry")),
          Map.entry("resources", Set.of("api", "token")),
          Map.entry("plan", Set.of("api", "token", "resources", "retry", "text")),
          Map.entry(
              "reconcile",
              Set.of(
                  "api",
                  "config",
                  "kube",
                  "metrics",
                  "retry",
                  "text",
                  "token",
                  "resources",
                  "plan")),
          Map.entry(
              "explain",
              Set.of("api", "config", "kube", "text", "token", "resources", "plan", "reconcile")),
          Map.entry("cleanup", Set.of("api", "kube")),
          Map.entry(
              "gateway", Set.of("api", "config", "kube", "process", "metrics", "retry", "text")),
          Map.entry(
              "signin",
              Set.of(
                  "api", "config", "kube", "process", "metrics", "retry", "text", "token",
                  "gateway")),
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
                  "cleanup",
                  "gateway",
                  "signin")));

  /** Within a package: which subpackages each may use; "" stands for the package's own classes. */
  private static final Map<String, Map<String, Set<String>>> SUBPACKAGES =
      Map.of(
          "process", Map.of("leader", Set.of(), "", Set.of("leader")),
          "plan",
              Map.of(
                  "observed", Set.of(),
                  "timing", Set.of("observed"),
                  "assess", Set.of("observed", "timing"),
                  "template", Set.of("observed"),
                  "", Set.of("observed", "timing", "assess")),
          "gateway",
              Map.ofEntries(
                  Map.entry("route", Set.of()),
                  Map.entry("site", Set.of()),
                  Map.entry("auth", Set.of("route")),
                  Map.entry("session", Set.of("route")),
                  Map.entry("course", Set.of("route", "session")),
                  Map.entry("kubernetes", Set.of("route", "session")),
                  Map.entry("connection", Set.of("route", "session", "kubernetes")),
                  Map.entry("activity", Set.of("route", "session")),
                  Map.entry("stream", Set.of("route")),
                  Map.entry("resume", Set.of("route", "stream")),
                  Map.entry("proxy", Set.of("route", "session", "stream")),
                  Map.entry(
                      "http",
                      Set.of(
                          "route",
                          "site",
                          "auth",
                          "session",
                          "course",
                          "activity",
                          "stream",
                          "resume",
                          "proxy")),
                  Map.entry(
                      "",
                      Set.of(
                          "route",
                          "site",
                          "auth",
                          "session",
                          "kubernetes",
                          "connection",
                          "activity",
                          "stream",
                          "resume",
                          "proxy",
                          "http"))),
          "token", Map.of("", Set.of(), "oauth", Set.of(""), "grant", Set.of("", "oauth")),
          "signin",
              Map.ofEntries(
                  Map.entry("identity", Set.of()),
                  Map.entry("key", Set.of()),
                  Map.entry("page", Set.of()),
                  Map.entry("client", Set.of("identity", "key")),
                  Map.entry("provider", Set.of("identity")),
                  Map.entry("authorize", Set.of("identity", "key", "client")),
                  Map.entry("token", Set.of("identity", "key", "client")),
                  Map.entry("access", Set.of("identity", "key", "token")),
                  Map.entry("web", Set.of("identity", "key", "page")),
                  Map.entry("account", Set.of("identity", "key", "page", "provider", "web")),
                  Map.entry("kubernetes", Set.of("identity", "key")),
                  Map.entry(
                      "http",
                      Set.of(
                          "identity",
                          "key",
                          "page",
                          "client",
                          "provider",
                          "authorize",
                          "token",
                          "web",
                          "account")),
                  Map.entry(
                      "",
                      Set.of(
                          "identity",
                          "key",
                          "page",
                          "client",
                          "provider",
                          "authorize",
                          "token",
                          "access",
                          "web",
                          "account",
                          "kubernetes",
                          "http"))),
          "reconcile",
              Map.of(
                  "cache", Set.of(),
                  "memory", Set.of(),
                  "write", Set.of("cache", "memory"),
                  "token", Set.of("cache", "memory", "write"),
                  "template", Set.of("cache", "memory", "write"),
                  "", Set.of("cache", "memory", "write", "token", "template")));

  static Stream<Arguments> packages() {
    return PACKAGES.entrySet().stream().map(it -> Arguments.of(it.getKey(), it.getValue()));
  }

  @ParameterizedTest(name = "{0} imports of ours only {1}")
  @MethodSource("packages")
  void aPackageImportsOnlyWhatItMay(String name, Set<String> allowed) {
    String[] others =
        PACKAGES.keySet().stream()
            .filter(other -> !other.equals(name) && !allowed.contains(other))
            .map(other -> inPackage(other) + "..")
            .toArray(String[]::new);
    check(
        noClasses()
            .that()
            .resideInAPackage(inPackage(name) + "..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(others));
  }

  static Stream<Arguments> subpackages() {
    return SUBPACKAGES.entrySet().stream()
        .flatMap(
            parent ->
                parent.getValue().entrySet().stream()
                    .map(sub -> Arguments.of(parent.getKey(), sub.getKey(), sub.getValue())));
  }

  @ParameterizedTest(name = "{0}.{1} imports of {0} only {2}")
  @MethodSource("subpackages")
  void aSubpackageImportsOnlyWhatItMay(String parent, String name, Set<String> allowed) {
    String[] others =
        SUBPACKAGES.get(parent).keySet().stream()
            .filter(other -> !other.equals(name) && !allowed.contains(other))
            .map(other -> inSubpackage(parent, other))
            .toArray(String[]::new);
    check(
        noClasses()
            .that()
            .resideInAPackage(inSubpackage(parent, name))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(others));
  }

  private static String inPackage(String name) {
    return "dev.mcpsession." + name;
  }

  private static String inSubpackage(String parent, String name) {
    return inPackage(parent) + (name.isEmpty() ? "" : "." + name);
  }

  @Test
  void everyPackageHasItsPlaceInTheOrder() {
    String[] known =
        Stream.concat(
                Stream.of("dev.mcpsession"),
                PACKAGES.keySet().stream()
                    .flatMap(
                        parent ->
                            Stream.concat(
                                Stream.of(inPackage(parent)),
                                SUBPACKAGES.getOrDefault(parent, Map.of()).keySet().stream()
                                    .map(sub -> inSubpackage(parent, sub)))))
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
