package dev.mcpsession.resources;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.Names;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.token.Token;
import dev.mcpsession.token.TokenInfo;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Service;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionPodTest {
  private static final SessionKey ALICE = new SessionKey("team", "alice", "uid-1");
  private static final TokenInfo TOKEN =
      new TokenInfo(
          Instant.parse("2026-11-21T09:00:00Z"), Instant.parse("2026-11-21T10:00:00Z"), "v1");

  @Test
  void whereTheTemplateIsSilentThePodIsConfined() throws IOException {
    Pod pod = pod("containers: [{name: a, image: x}, {name: b, image: y}]", "", null);
    assertThat(pod.getSpec().getAutomountServiceAccountToken()).isFalse();
    assertThat(pod.getSpec().getEnableServiceLinks()).isFalse();
    assertThat(pod.getSpec().getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(pod.getSpec().getSecurityContext().getSeccompProfile().getType())
        .isEqualTo("RuntimeDefault");
    assertThat(pod.getSpec().getContainers())
        .allSatisfy(
            container -> {
              assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
              assertThat(container.getSecurityContext().getCapabilities().getDrop())
                  .containsExactly("ALL");
              assertThat(container.getVolumeMounts()).isEmpty();
            });
    assertThat(pod.getSpec().getVolumes()).isEmpty();
    Container backend = pod.getSpec().getContainers().getFirst();
    assertThat(backend.getReadinessProbe().getTcpSocket().getPort().getIntVal()).isEqualTo(8080);
    assertThat(pod.getSpec().getContainers().getLast().getReadinessProbe()).isNull();
  }

  @Test
  void whereTheTemplateSpeaksNothingIsOverridden() throws IOException {
    Pod pod =
        pod(
            """
            automountServiceAccountToken: true
                enableServiceLinks: true
                securityContext: {runAsNonRoot: false, seccompProfile: {type: Unconfined}}
                containers:
                - name: backend
                  readinessProbe: {httpGet: {path: /ready, port: 1}}
                  securityContext: {allowPrivilegeEscalation: true, capabilities: {add: [NET_ADMIN]}}
            """,
            "",
            null);
    assertThat(pod.getSpec().getAutomountServiceAccountToken()).isTrue();
    assertThat(pod.getSpec().getEnableServiceLinks()).isTrue();
    assertThat(pod.getSpec().getSecurityContext().getRunAsNonRoot()).isFalse();
    assertThat(pod.getSpec().getSecurityContext().getSeccompProfile().getType())
        .isEqualTo("Unconfined");
    Container backend = pod.getSpec().getContainers().getFirst();
    assertThat(backend.getReadinessProbe().getTcpSocket()).isNull();
    assertThat(backend.getSecurityContext().getAllowPrivilegeEscalation()).isTrue();
    assertThat(backend.getSecurityContext().getCapabilities().getDrop()).isEmpty();
  }

  @Test
  void aPrivilegedContainerAndAWindowsPodAreLeftAsTheyAre() throws IOException {
    Pod privileged = pod("containers: [{name: a, securityContext: {privileged: true}}]", "", null);
    assertThat(
            privileged
                .getSpec()
                .getContainers()
                .getFirst()
                .getSecurityContext()
                .getAllowPrivilegeEscalation())
        .isNull();
    Pod windows = pod("{os: {name: windows}, containers: [{name: a}]}", "", null);
    assertThat(windows.getSpec().getSecurityContext()).isNull();
    assertThat(windows.getSpec().getContainers().getFirst().getSecurityContext()).isNull();
  }

  @Test
  void theBackendIsTheContainerOfThatNameElseTheFirst() throws IOException {
    String named = "containers: [{name: proxy}, {name: backend}]";
    assertThat(pod(named, "", null).getSpec().getContainers())
        .filteredOn(container -> container.getReadinessProbe() != null)
        .extracting(Container::getName)
        .containsExactly("backend");
    assertThat(pod("containers: [{name: a}, {name: b}]", "", null).getSpec().getContainers())
        .filteredOn(container -> container.getReadinessProbe() != null)
        .extracting(Container::getName)
        .containsExactly("a");
  }

  @Test
  void theTokenReachesTheBackendAloneAsFileAndVariable() throws IOException {
    Pod pod =
        pod(
            "containers: [{name: proxy}, {name: backend}]",
            "token: {env: TOKEN, mountPath: /token, serviceAccount: {name: default}}",
            TOKEN);
    assertThat(pod.getSpec().getVolumes()).hasSize(1);
    assertThat(pod.getSpec().getVolumes().getFirst().getSecret().getSecretName())
        .isEqualTo("alice-3");
    Container proxy = pod.getSpec().getContainers().getFirst();
    assertThat(proxy.getVolumeMounts()).isEmpty();
    assertThat(proxy.getEnv()).isEmpty();
    Container backend = pod.getSpec().getContainers().getLast();
    assertThat(backend.getVolumeMounts().getFirst().getMountPath()).isEqualTo("/token");
    assertThat(backend.getVolumeMounts().getFirst().getReadOnly()).isTrue();
    assertThat(backend.getEnv().getFirst().getValue()).isNull();
    assertThat(backend.getEnv().getFirst().getValueFrom().getSecretKeyRef().getName())
        .isEqualTo("alice-3");
    assertThat(Child.token(pod.getMetadata().getAnnotations())).isEqualTo(TOKEN);
  }

  @Test
  void theTemplateCannotTakeTheOperatorsLabelsAndAnnotations() throws IOException {
    McpSessionSpec spec =
        new YAMLMapper()
            .readValue(
                """
                user: alice
                podTemplate:
                  metadata:
                    labels: {mine: "1", mcpsession.dev/revision: "9", app.kubernetes.io/managed-by: me}
                    annotations: {mine: "1", mcpsession.dev/template-hash: forged}
                  spec: {containers: [{name: backend}]}
                """,
                McpSessionSpec.class);
    Pod pod = SessionPod.desired(ALICE, spec, 3, new Inputs("hash", "r", null), null);
    assertThat(pod.getMetadata().getLabels())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "mine",
                "1",
                Names.MANAGED_BY_LABEL,
                Names.MANAGED_BY,
                Names.SESSION_LABEL,
                "alice",
                Names.SESSION_UID_LABEL,
                ALICE.uid(),
                Names.REVISION_LABEL,
                "3"));
    assertThat(pod.getMetadata().getAnnotations())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "mine",
                "1",
                Names.TEMPLATE_HASH,
                "hash",
                Names.PORT,
                "8080",
                Names.POD_RESTARTED_AT,
                "r"));
  }

  @Test
  void childrenAreOwnedByExactlyThisSession() throws IOException {
    Pod pod = pod("containers: [{name: backend}]", "", null);
    assertThat(pod.getMetadata().getName()).isEqualTo("alice-3");
    assertThat(Child.isOwned(pod.getMetadata(), ALICE)).isTrue();
    assertThat(Child.isOwned(pod.getMetadata(), new SessionKey("team", "alice", "uid-2")))
        .isFalse();
    assertThat(Child.describeOwner(pod.getMetadata())).isEqualTo("McpSession alice (uid uid-1)");
    pod.getMetadata().getOwnerReferences().getFirst().setController(false);
    assertThat(Child.isOwned(pod.getMetadata(), ALICE)).isFalse();
    assertThat(Child.describeOwner(pod.getMetadata())).isEqualTo("nobody");
  }

  @Test
  void theTokenSecretIsImmutableAndTheTokenHidesItself() {
    Token token = new Token("s3cr3t", TOKEN);
    Secret secret = TokenSecret.desired(ALICE, 3, token);
    assertThat(secret.getImmutable()).isTrue();
    assertThat(secret.getMetadata().getName()).isEqualTo("alice-3");
    assertThat(secret.getData()).containsExactly(Map.entry("token", "czNjcjN0"));
    assertThat(Child.token(secret.getMetadata().getAnnotations())).isEqualTo(TOKEN);
    assertThat(token.toString()).doesNotContain("s3cr3t");
  }

  @Test
  void aServiceSelectsAPodOfAnEarlierVersionWithoutTheUid() {
    Service service = SessionService.desired(ALICE, 3, false, 9090, null);
    assertThat(service.getSpec().getSelector())
        .isEqualTo(Map.of(Names.SESSION_LABEL, "alice", Names.REVISION_LABEL, "3"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aSelectorIsReadAsItIsWritten(boolean byUid) {
    Map<String, String> selector =
        SessionService.desired(ALICE, 3, byUid, 9090, null).getSpec().getSelector();
    assertThat(SessionService.selected(selector, ALICE))
        .isEqualTo(new SessionService.Selected(3, byUid));
    SessionKey namesake = new SessionKey(ALICE.namespace(), ALICE.name(), "another-uid");
    assertThat(SessionService.selected(selector, namesake) == null).isEqualTo(byUid);
    Map<String, String> more = new HashMap<>(selector);
    more.put("mine", "1");
    assertThat(SessionService.selected(more, ALICE)).isNull();
    assertThat(SessionService.selected(null, ALICE)).isNull();
  }

  @Test
  void anInitContainerThatAsksForRootGetsIt() throws IOException {
    SecurityContext init =
        init("{runAsUser: 0}", "securityContext: {runAsUser: 65532}").getSecurityContext();
    assertThat(init.getRunAsUser()).isZero();
    assertThat(init.getRunAsNonRoot()).isFalse();
    assertThat(init.getAllowPrivilegeEscalation()).isFalse();
    assertThat(init.getCapabilities()).as("those of the runtime").isNull();
  }

  @Test
  void anInitContainerThatAsksForCapabilitiesGetsThem() throws IOException {
    SecurityContext init =
        init("{runAsUser: 0, capabilities: {drop: [ALL], add: [CHOWN]}}", "").getSecurityContext();
    assertThat(init.getRunAsNonRoot()).isFalse();
    assertThat(init.getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(init.getCapabilities().getAdd()).containsExactly("CHOWN");
    init = init("{capabilities: {add: [CAP_SYS_ADMIN]}}", "").getSecurityContext();
    assertThat(init.getRunAsNonRoot()).isNull();
    assertThat(init.getAllowPrivilegeEscalation()).as("the API server refuses false").isNull();
    assertThat(init.getCapabilities().getDrop()).isEmpty();
  }

  @Test
  void anInitContainerIsConfinedWhereItAsksForNothingOrTheTemplateForbidsRoot() throws IOException {
    assertThat(init("{}", "").getSecurityContext().getCapabilities().getDrop())
        .containsExactly("ALL");
    assertThat(init("{runAsUser: 0, runAsNonRoot: true}", "").getSecurityContext())
        .returns(true, SecurityContext::getRunAsNonRoot)
        .returns(List.of("ALL"), context -> context.getCapabilities().getDrop());
    assertThat(init("{runAsUser: 0}", "securityContext: {runAsNonRoot: true}").getSecurityContext())
        .returns(null, SecurityContext::getRunAsNonRoot)
        .returns(List.of("ALL"), context -> context.getCapabilities().getDrop());
  }

  @Test
  void aBackendThatAsksForRootIsLeftToTheKubelet() throws IOException {
    Pod pod = pod("containers: [{name: a, image: x, securityContext: {runAsUser: 0}}]", "", null);
    assertThat(pod.getSpec().getContainers().getFirst().getSecurityContext())
        .returns(null, SecurityContext::getRunAsNonRoot)
        .returns(List.of("ALL"), context -> context.getCapabilities().getDrop());
  }

  private static Container init(String context, String more) throws IOException {
    return pod(
            "%sinitContainers: [{name: i, image: x, securityContext: %s}]\n    containers: [{name: a, image: x}]"
                .formatted(more.isEmpty() ? "" : more + "\n    ", context),
            "",
            null)
        .getSpec()
        .getInitContainers()
        .getFirst();
  }

  @Test
  void theServicePointsToOneRevision() {
    Service service = SessionService.desired(ALICE, 3, true, 9090, null);
    assertThat(service.getMetadata().getName()).isEqualTo("alice");
    assertThat(service.getSpec().getType()).isEqualTo("ClusterIP");
    assertThat(service.getSpec().getSelector())
        .isEqualTo(
            Map.of(
                Names.SESSION_LABEL,
                "alice",
                Names.SESSION_UID_LABEL,
                ALICE.uid(),
                Names.REVISION_LABEL,
                "3"));
    assertThat(service.getSpec().getPorts())
        .singleElement()
        .satisfies(
            port -> {
              assertThat(port.getPort()).isEqualTo(9090);
              assertThat(port.getTargetPort().getIntVal()).isEqualTo(9090);
            });
  }

  @Test
  void aPodThatCouldOnlyComeBackToItsNodeIsLeftToWhoeverDrainsIt() throws IOException {
    String containers = "\n    containers: [{name: a}]";
    assertThat(pod("nodeName: n1" + containers, "", null).getMetadata().getLabels())
        .containsEntry("mcpsession.dev/evictable", "true");
    assertThat(pod("tolerations: [{operator: Exists}]" + containers, "", null).getMetadata())
        .satisfies(
            metadata ->
                assertThat(metadata.getLabels()).containsEntry("mcpsession.dev/evictable", "true"));
    assertThat(pod("nodeSelector: {pool: a}" + containers, "", null).getMetadata().getLabels())
        .doesNotContainKey("mcpsession.dev/evictable");
  }

  private static Pod pod(String podSpec, String rest, TokenInfo token) throws IOException {
    McpSessionSpec spec =
        new YAMLMapper()
            .readValue(
                "user: alice\npodTemplate:\n  spec:\n    " + podSpec + "\n" + rest,
                McpSessionSpec.class);
    return SessionPod.desired(ALICE, spec, 3, Inputs.of(spec, null, null), token);
  }
}
