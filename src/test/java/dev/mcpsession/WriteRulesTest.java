package dev.mcpsession;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static dev.mcpsession.MainClasses.access;
import static dev.mcpsession.MainClasses.check;
import static dev.mcpsession.MainClasses.isOneOf;

import com.tngtech.archunit.core.domain.JavaAccess;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Who may change something in a cluster, and how nobody may. */
class WriteRulesTest {
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

  /** Each with what it writes. */
  private static final Map<String, String> WRITERS =
      Map.ofEntries(
          Map.entry(
              "reconcile.write.KubernetesApi", "sessions and their children, for the applier"),
          Map.entry(
              "kube.ConditionalDelete", "deletes, for KubernetesApi, cleanup and the gateway"),
          Map.entry("token.ServiceAccountTokens", "TokenRequests"),
          Map.entry("token.grant.ApiGrantStore", "grant Secrets"),
          Map.entry("process.leader.ApiLeaseStore", "the Lease"),
          Map.entry(
              "gateway.kubernetes.KubernetesSessionApi",
              "new sessions and reports of use, for the gateway"),
          Map.entry(
              "gateway.connection.KubernetesConnectionApi", "McpConnections, for the gateway"),
          Map.entry("rbac.PermissionReview", "questions about our own permissions"),
          Map.entry("signin.kubernetes.SecretSignIns", "sign-ins, for the gateway"),
          Map.entry("signin.kubernetes.SecretGrants", "users' grants, for the gateway"),
          Map.entry("signin.kubernetes.KeysSecret", "the keys of sign-in, for the gateway"));

  @Test
  void onlyTheseClassesWriteThroughTheClient() {
    check(
        noClasses()
            .that(not(describe("one of " + WRITERS, type -> isOneOf(type, WRITERS.keySet()))))
            .should()
            .accessTargetWhere(access("a write of the fabric8 client", it -> isWrite(it, WRITES))));
  }

  @Test
  void deletesWithPreconditionsAreSentByFewClasses() {
    onlyTheseAccess(
        Set.of(
            "kube.ConditionalDelete",
            "reconcile.write.KubernetesApi",
            "cleanup.SessionCleanup",
            "gateway.connection.KubernetesConnectionApi",
            "signin.kubernetes.SecretSignIns",
            "signin.kubernetes.SecretGrants",
            "signin.kubernetes.KubernetesEndings"),
        "a delete with preconditions",
        it -> isOf(it, "kube.ConditionalDelete"));
  }

  @Test
  void nothingButTheWritersOfTheApplierWritesToTheCluster() {
    onlyTheseAccess(
        Set.of(
            "reconcile.write.SessionWriter",
            "reconcile.write.ServiceWriter",
            "reconcile.write.SecretWriter",
            "reconcile.write.PodWriter",
            "reconcile.write.NamespaceBudgets",
            "reconcile.write.Announcer"),
        "a write of ClusterApi",
        it -> isOf(it, "reconcile.write.ClusterApi") && !it.getName().startsWith("read"));
  }

  @Test
  void sessionsTheirChildrenAndBudgetsAreWrittenByStepsOfPlansAlone() {
    for (String writer : Set.of("SessionWriter", "ServiceWriter", "SecretWriter", "PodWriter")) {
      String name = "reconcile.write." + writer;
      onlyTheseAccess(Set.of("reconcile.StepExecutor", name), "a " + writer, it -> isOf(it, name));
    }
    onlyTheseAccess(
        Set.of("reconcile.StepExecutor"),
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

  private static boolean isOf(JavaAccess<?> access, String name) {
    return access.getTargetOwner().getName().equals("dev.mcpsession." + name);
  }
}
