package dev.mcpsession.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.cluster.MergePatch;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The policy {@code admission.sessionCreators}, in a real API server. The creators have all rights
 * in the namespace.
 */
@ClusterTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SessionCreatorPolicyIT {
  private static final String NAME = "alice";
  private final Cluster cluster;
  private final ImpersonatedUsers users;
  private KubernetesClient account;
  private KubernetesClient member;
  private KubernetesClient named;
  private KubernetesClient somebodyElse;
  private String templateUid;
  private InstalledPolicy policy;

  SessionCreatorPolicyIT(Cluster cluster) {
    this.cluster = cluster;
    this.users = new ImpersonatedUsers(cluster);
  }

  @BeforeAll
  void install() {
    account = users.asGateway();
    member = users.as("bob", "creators");
    named = users.as("dave");
    somebodyElse = users.as("carol", "others");
    templateUid =
        in(cluster.client(), PodRequest.PLAIN.asTemplate("forgejo"))
            .create()
            .getMetadata()
            .getUid();
    policy =
        InstalledPolicy.of(
            cluster,
            "sessionCreators",
            "users: [dave]\n    groups: [creators]\n    serviceAccounts: [{namespace: %s, name: gateway}]"
                .formatted(cluster.namespace()),
            () ->
                in(member, CreateAttempt.session("probe", "", CreateAttempt.SPEC + ", port: 81"))
                    .dryRun(true)
                    .create());
  }

  @BeforeEach
  void aSessionToWriteTo() {
    if (stored() == null) {
      in(
              cluster.client(),
              CreateAttempt.session(
                  NAME,
                  "labels: {team: a}, annotations: {note: a}, finalizers: [example.com/held]",
                  CreateAttempt.SPEC + ", suspend: true"))
          .create();
    }
  }

  @AfterAll
  void remove() {
    if (policy != null) {
      policy.close();
    }
    users.close();
    // The namespace would not end with them.
    for (McpSession held : cluster.sessions().list().getItems()) {
      MergePatch.apply(cluster.sessions().resource(held), "{metadata: {finalizers: null}}");
    }
  }

  static Stream<CreateAttempt> forbidden() {
    return CreateAttempt.forbidden();
  }

  @ParameterizedTest
  @MethodSource("forbidden")
  void aSessionThatSaysMoreThanWhoseItIsIsNotCreated(CreateAttempt attempt) {
    GenericKubernetesResource session =
        CreateAttempt.session("new", attempt.metadata(), attempt.spec());
    assertThatThrownBy(() -> in(member, session).create())
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("mcpsessions.mcpsession.dev \"new\" is forbidden")
        .hasMessageContaining(attempt.refusal());
    assertThatThrownBy(() -> in(member, session).serverSideApply())
        .hasMessageContaining(attempt.refusal());
    assertThat(in(somebodyElse, session).dryRun(true).create()).isNotNull();
  }

  @Test
  void allThatIsWrongIsSaidAtOnce() {
    assertThatThrownBy(
            () ->
                in(
                        member,
                        CreateAttempt.session(
                            "new",
                            "finalizers: [example.com/mine], labels: {mcpsession.dev/x: y}",
                            "user: alice, templateRef: {name: forgejo}, port: 81"))
                    .create())
        .hasMessageContaining("spec.port: bob may set only")
        .hasMessageContaining("spec.owner: is missing")
        .hasMessageContaining("metadata.finalizers: bob may")
        .hasMessageContaining("metadata.labels: mcpsession.dev/x: bob may");
  }

  @Test
  void eachCreatorMakesAndDeletesSessionsOfATemplate() {
    for (KubernetesClient client : new KubernetesClient[] {account, member, named}) {
      assertThatThrownBy(
              () ->
                  in(client, CreateAttempt.session("small", "", CreateAttempt.SPEC + ", port: 81"))
                      .create())
          .hasMessageContaining("spec.port: " + ImpersonatedUsers.name(client) + " may set only");
      in(client, CreateAttempt.session("small", "", CreateAttempt.SPEC)).create();
      in(
              client,
              CreateAttempt.session(
                  "full", everything(), CreateAttempt.SPEC + ", grantSecretName: alice-grant"))
          .create();
      in(client, CreateAttempt.session("applied", everything(), CreateAttempt.SPEC))
          .serverSideApply();
      session(client, "small").delete();
      client
          .resources(McpSession.class)
          .inNamespace(cluster.namespace())
          .withLabel("team", "mine")
          .delete();
      assertThat(cluster.sessions().list().getItems())
          .extracting(it -> it.getMetadata().getName())
          .containsExactly(NAME);
    }
  }

  private String everything() {
    return """
    labels: {team: mine}, ownerReferences: [{apiVersion: mcpsession.dev/v1alpha1,
     kind: McpSessionTemplate, name: forgejo, uid: %s, controller: false}],
     annotations: {note: a, mcpsession.dev/lastActive: '2026-11-21T09:00:00Z',
     mcpsession.dev/lastConnected: '2026-11-21T09:00:00Z', mcpsession.dev/released: ''}\
    """
        .formatted(templateUid)
        .replace("\n", " ");
  }

  static Stream<WriteAttempt> attempts() {
    return WriteAttempt.all().filter(attempt -> !attempt.what().equals("deletes"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("attempts")
  void nothingButThoseAnnotationsIsChanged(WriteAttempt attempt) {
    String before = WriteAttempt.content(stored());
    assertThatThrownBy(() -> attempt.write().accept(session(member, NAME)))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("mcpsessions.mcpsession.dev \"alice\" is forbidden")
        .hasMessageContaining("denied request: " + attempt.place())
        .hasMessageContaining(
            attempt.place().equals("status")
                ? "status: bob may not write it; the operator does"
                : ": bob may change only the annotations mcpsession.dev/lastActive,"
                    + " mcpsession.dev/lastConnected, mcpsession.dev/released of a session; patch"
                    + " those alone");
    assertThat(WriteAttempt.content(stored())).isEqualTo(before);
  }

  @Test
  void norByAFullUpdateThatNamesAllThatItWouldChange() {
    GenericKubernetesResource changed =
        CreateAttempt.session(
            NAME,
            "labels: {team: b}, annotations: {note: b, mcpsession.dev/released: x}",
            CreateAttempt.SPEC + ", suspend: false");
    assertThatThrownBy(() -> in(member, changed).update())
        .hasMessageContaining(
            "denied request: spec, metadata.labels, metadata.finalizers,"
                + " metadata.annotations[note]: bob may change only");
  }

  @ParameterizedTest
  @ValueSource(strings = {"lastActive", "lastConnected", "released"})
  void eachOfTheThreeIsWrittenInAnyWay(String name) {
    String key = "mcpsession.dev/" + name;
    Resource<McpSession> session = session(account, NAME);
    MergePatch.apply(session, "{metadata: {annotations: {%s: merged}}}".formatted(key));
    assertThat(stored().getMetadata().getAnnotations()).containsEntry(key, "merged");
    session.patch(
        PatchContext.of(PatchType.JSON),
        """
        [{"op": "test", "path": "/metadata/uid", "value": "%s"},
         {"op": "replace", "path": "/metadata/annotations/mcpsession.dev~1%s", "value": "patched"}]
        """
            .formatted(stored().getMetadata().getUid(), name));
    assertThat(stored().getMetadata().getAnnotations()).containsEntry(key, "patched");
    WriteAttempt.apply(session, "metadata: {annotations: {%s: applied}}".formatted(key));
    assertThat(stored().getMetadata().getAnnotations()).containsEntry(key, "applied");
    McpSession found = stored();
    found.getMetadata().getAnnotations().put(key, "updated");
    account.resource(found).update();
    assertThat(stored().getMetadata().getAnnotations())
        .containsEntry(key, "updated")
        .containsEntry("note", "a");
    MergePatch.apply(session, "{metadata: {annotations: {%s: null}}}".formatted(key));
    assertThat(stored().getMetadata().getAnnotations()).doesNotContainKey(key);
  }

  @ParameterizedTest
  @MethodSource("attempts")
  void everybodyElseIsUnaffected(WriteAttempt attempt) {
    attempt.write().accept(session(somebodyElse, NAME));
    MergePatch.apply(session(cluster.client(), NAME), "{metadata: {finalizers: null}}");
    session(cluster.client(), NAME).delete();
  }

  private McpSession stored() {
    return session(cluster.client(), NAME).get();
  }

  private Resource<McpSession> session(KubernetesClient client, String name) {
    return client.resources(McpSession.class).inNamespace(cluster.namespace()).withName(name);
  }

  private Resource<GenericKubernetesResource> in(
      KubernetesClient client, GenericKubernetesResource manifest) {
    return client.resource(manifest).inNamespace(cluster.namespace());
  }
}
