package dev.mcpsession.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Base64;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What the chart adds for the session gateway. */
class GatewayChartTest {
  private static final String NAME = "mcp-session-operator-gateway";
  private static final String QUALIFIED = "mcp-session-operator/" + NAME;

  private static final String SIGN_IN = NAME + "-sign-in";

  private final Manifests chart = Chart.rendered(Samples.GATEWAY);
  private final Manifests signIn = Chart.rendered(Samples.SIGN_IN);

  @Test
  void itNeedsNothingButAnAddressAndIssuers() {
    var more = new TreeSet<>(chart.names());
    more.removeAll(Chart.rendered("").names());
    assertThat(more)
        .containsExactlyInAnyOrder(
            "ClusterRole " + NAME,
            "ClusterRoleBinding " + NAME,
            "ConfigMap " + QUALIFIED,
            "Deployment " + QUALIFIED,
            "PodDisruptionBudget " + QUALIFIED,
            "Secret " + QUALIFIED + "-keys",
            "Service " + QUALIFIED,
            "ServiceAccount " + QUALIFIED,
            "ValidatingAdmissionPolicy " + NAME,
            "ValidatingAdmissionPolicyBinding " + NAME);
    assertThat(Chart.rendered(Samples.EVERYTHING).names())
        .contains(
            "HTTPRoute " + QUALIFIED,
            "HorizontalPodAutoscaler " + QUALIFIED,
            "Ingress " + QUALIFIED,
            "NetworkPolicy " + QUALIFIED);
  }

  @Test
  void noSelectorOfTheOperatorFindsItsPodsNorTheOtherWayRound() {
    JsonNode operator = pod(NAME.replace("-gateway", "")).at("/metadata/labels");
    JsonNode gateway = pod(NAME).at("/metadata/labels");
    Manifests everything =
        Chart.rendered(Samples.EVERYTHING.replace("serviceMonitor", "podMonitor"));
    for (String kind :
        List.of("Deployment", "PodDisruptionBudget", "NetworkPolicy", "PodMonitor")) {
      assertThat(selects(selector(everything, kind, NAME), gateway)).as(kind).isTrue();
      assertThat(selects(selector(everything, kind, NAME), operator)).as(kind).isFalse();
      String of = NAME.replace("-gateway", "");
      assertThat(selects(selector(everything, kind, of), operator)).as(kind).isTrue();
      assertThat(selects(selector(everything, kind, of), gateway)).as(kind).isFalse();
    }
    JsonNode service = chart.only("Service").at("/spec/selector");
    assertThat(selects(service, gateway)).isTrue();
    assertThat(selects(service, operator)).isFalse();
  }

  private static JsonNode selector(Manifests manifests, String kind, String name) {
    JsonNode spec = manifests.named(kind, name).path("spec");
    return spec.has("podSelector")
        ? spec.at("/podSelector/matchLabels")
        : spec.at("/selector/matchLabels");
  }

  private static boolean selects(JsonNode selector, JsonNode labels) {
    assertThat(selector).isNotEmpty();
    return selector.properties().stream()
        .allMatch(label -> label.getValue().equals(labels.path(label.getKey())));
  }

  @Test
  void itsPodsAreRestrictedAndEndAfterTheirStreams() {
    JsonNode pod = pod(NAME).path("spec");
    assertThat(pod.path("terminationGracePeriodSeconds").asInt()).isEqualTo(75);
    assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
    assertThat(pod.at("/containers/0/securityContext/readOnlyRootFilesystem").asBoolean()).isTrue();
    assertThat(pod.path("serviceAccountName").asText()).isEqualTo(NAME);
    assertThat(pod.at("/topologySpreadConstraints/0/labelSelector/matchLabels").toString())
        .contains("\"app.kubernetes.io/name\":\"" + NAME + "\"");
    assertThat(pod.at("/containers/0/args").toString())
        .isEqualTo(
            "[\"gateway\",\"--config\",\"/etc/mcp-session-gateway/gateway.yaml\","
                + "\"--advertise\",\"[$(POD_IP)]:8080\"]");
    assertThat(pod.at("/containers/0/env").toString())
        .contains(
            "{\"name\":\"POD_IP\",\"valueFrom\":{\"fieldRef\":{\"fieldPath\":\"status.podIP\"}}}");
    assertThat(pod.at("/containers/0/readinessProbe/httpGet/port").asText())
        .isEqualTo("management");
  }

  @Test
  void itServesTheNamespacesThatTheOperatorWatches() {
    Manifests some = Chart.rendered(Samples.GATEWAY + "watchNamespaces: [team-a, team-b]");
    assertThat(
            some.named("Deployment", NAME).at("/spec/template/spec/containers/0/args").toString())
        .endsWith("\"--namespace\",\"team-a\",\"--namespace\",\"team-b\"]");
    assertThat(some.names())
        .noneMatch(name -> name.startsWith("ClusterRole"))
        .contains("Role team-a/" + NAME, "RoleBinding team-b/" + NAME);
  }

  @Test
  void itHasNoRightOnPodsAndSecrets() {
    assertThat(Rights.of(chart.named("ClusterRole", NAME)))
        .hasSize(16)
        .allMatch(right -> right.contains(" mcpsession.dev/"));
    assertThat(chart.named("ClusterRoleBinding", NAME).at("/subjects/0/name").asText())
        .isEqualTo(NAME);
  }

  @Test
  void signInAddsItsKeysAndRightsAndAPolicyThatHoldsThemAndNothingElse() {
    var more = new TreeSet<>(signIn.names());
    more.removeAll(chart.names());
    assertThat(more)
        .containsExactlyInAnyOrder(
            "ClusterRole " + SIGN_IN,
            "ClusterRoleBinding " + SIGN_IN,
            "Role mcp-session-operator/" + SIGN_IN + "-store",
            "RoleBinding mcp-session-operator/" + SIGN_IN + "-store",
            "Secret mcp-session-operator/" + SIGN_IN + "-keys",
            "ValidatingAdmissionPolicy " + SIGN_IN,
            "ValidatingAdmissionPolicyBinding " + SIGN_IN);
    assertThat(Rights.of(signIn.named("ClusterRole", NAME)))
        .isEqualTo(Rights.of(chart.named("ClusterRole", NAME)));
    assertThat(Rights.of(signIn.named("ClusterRole", SIGN_IN)))
        .containsExactlyInAnyOrder(
            "get secrets", "create secrets", "patch secrets", "delete secrets");
    assertThat(Rights.of(signIn.named("Role", SIGN_IN + "-store")))
        .contains("list secrets", "watch secrets", "update secrets")
        .allMatch(right -> right.endsWith(" secrets"));
    for (String kind : List.of("ClusterRoleBinding", "RoleBinding")) {
      assertThat(
              signIn
                  .ofKind(kind)
                  .filter(it -> it.at("/metadata/name").asText().startsWith(SIGN_IN)))
          .singleElement()
          .extracting(it -> it.at("/subjects/0/name").asText())
          .isEqualTo(NAME);
    }
  }

  @Test
  void withAListOfNamespacesItReadsSecretsOfThoseAndOfItsOwn() {
    Manifests some =
        Chart.rendered(Samples.SIGN_IN + "watchNamespaces: [team-a, mcp-session-operator]");
    assertThat(some.names())
        .noneMatch(name -> name.startsWith("ClusterRole"))
        .contains(
            "Role team-a/" + SIGN_IN,
            "Role mcp-session-operator/" + SIGN_IN,
            "RoleBinding team-a/" + SIGN_IN,
            "Role mcp-session-operator/" + SIGN_IN + "-store");
  }

  /** Whatever is applied again, by Helm, Argo CD or kubectl, takes out no key. */
  @Test
  void theSecretForItsKeysIsMadeWithoutAKey() {
    JsonNode secret = signIn.named("Secret", SIGN_IN + "-keys");
    assertThat(secret.has("data")).isFalse();
    assertThat(secret.has("stringData")).isFalse();
    assertThat(secret.at("/metadata/annotations/helm.sh~1resource-policy").asText())
        .isEqualTo("keep");
  }

  @Test
  void itsClientSecretIsMountedFromASecretOfTheUsers() {
    JsonNode pod =
        Chart.rendered(
                Samples.SIGN_IN.replace(
                        "allowedEndpoints: ['https://git.example/login/oauth/']",
                        "identityProvider: {issuer: 'https://sso.example', clientId: mcp}")
                    + "  signIn: {identityProviderSecret: {name: mine, key: secret}}")
            .named("Deployment", NAME)
            .at("/spec/template/spec");
    assertThat(pod.path("volumes").toString())
        .contains(
            "{\"name\":\"identity-provider\",\"secret\":{\"secretName\":\"mine\",\"items\":"
                + "[{\"key\":\"secret\",\"path\":\"client-secret\"}]}}");
    assertThat(pod.at("/containers/0/volumeMounts").toString())
        .contains("\"mountPath\":\"/var/run/secrets/mcp-gateway-identity-provider\"");
  }

  @Test
  void keysAreRandomAndStayWhenTheReleaseGoes() {
    JsonNode keys = Chart.renderedWithRandomKeys(Samples.GATEWAY).only("Secret");
    JsonNode others = Chart.renderedWithRandomKeys(Samples.GATEWAY).only("Secret");
    List<String> all =
        List.of(
            keys.at("/data/current").asText(),
            keys.at("/data/previous").asText(),
            others.at("/data/current").asText());
    assertThat(all)
        .doesNotHaveDuplicates()
        .allMatch(key -> Base64.getDecoder().decode(key).length == 32);
    assertThat(keys.at("/metadata/annotations/helm.sh~1resource-policy").asText())
        .isEqualTo("keep");
    assertThat(secretOf(pod(NAME))).isEqualTo(NAME + "-keys");
  }

  @Test
  void aSecretOfTheUsersIsMountedInsteadOfOneOfTheChart() {
    Manifests mine = Chart.rendered(Samples.GATEWAY + "  keys: {existingSecret: mine}");
    assertThat(mine.ofKind("Secret")).isEmpty();
    assertThat(secretOf(mine.named("Deployment", NAME).at("/spec/template"))).isEqualTo("mine");
  }

  private static String secretOf(JsonNode pod) {
    return pod.at("/spec/volumes").findValuesAsText("secretName").getFirst();
  }

  @Test
  void itsConfigurationIsWhatTheValuesSayAndRollsItsPodsAlone() {
    Manifests changed =
        Chart.rendered(Samples.GATEWAY + "    allowedOrigins: ['https://inspector.example']");
    assertThat(changed.named("ConfigMap", NAME).path("data").path("gateway.yaml").asText())
        .isEqualTo(
            """
            allowedOrigins:
            - https://inspector.example
            baseUrl: https://mcp.example
            issuers:
            - issuer: https://sso.example/realms/staff
            keysDirectory: /var/run/secrets/mcp-gateway
            """);
    assertThat(changed.named("Deployment", NAME).at("/spec/template"))
        .isNotEqualTo(chart.named("Deployment", NAME).at("/spec/template"));
    assertThat(changed.named("Deployment", "mcp-session-operator"))
        .isEqualTo(chart.named("Deployment", "mcp-session-operator"));
  }

  @Test
  void thePolicyIsThatForSessionCreatorsAndConcernsItsAccountAlone() {
    JsonNode policy = chart.only("ValidatingAdmissionPolicy");
    String who = policy.at("/spec/matchConditions/0/expression").asText();
    assertThat(who)
        .contains("in [\"system:serviceaccount:mcp-session-operator:" + NAME + "\"]")
        .contains("g in []");
    JsonNode other =
        Chart.rendered("admission: {sessionCreators: {enabled: true, groups: [creators]}}")
            .only("ValidatingAdmissionPolicy");
    assertThat(policy.at("/spec/variables")).isEqualTo(other.at("/spec/variables"));
    assertThat(policy.at("/spec/validations")).isEqualTo(other.at("/spec/validations"));
    assertThat(chart.only("ValidatingAdmissionPolicyBinding").at("/spec/validationActions"))
        .hasToString("[\"Deny\"]");
  }

  @Test
  void routesLeadToItForTheHostOfItsAddressAndLetStreamsLast() {
    Manifests routed = Chart.rendered(Samples.EVERYTHING);
    JsonNode ingress = routed.only("Ingress");
    assertThat(ingress.at("/spec/rules/0/host").asText()).isEqualTo("mcp.example");
    assertThat(ingress.at("/spec/rules/0/http/paths/0/backend/service/name").asText())
        .isEqualTo(NAME);
    assertThat(ingress.at("/metadata/annotations").toString())
        .contains("\"nginx.ingress.kubernetes.io/proxy-buffering\":\"off\"");
    JsonNode route = routed.only("HTTPRoute");
    assertThat(route.at("/spec/hostnames")).hasToString("[\"mcp.example\"]");
    assertThat(route.at("/spec/rules/0/timeouts"))
        .hasToString("{\"request\":\"0s\",\"backendRequest\":\"0s\"}");
    assertThat(route.at("/spec/rules/0/backendRefs/0/port").asInt()).isEqualTo(80);
  }

  @Test
  void anAutoscalerAloneSaysHowManyThereAre() {
    Manifests scaled = Chart.rendered(Samples.GATEWAY + "  autoscaling: {enabled: true}");
    assertThat(scaled.named("Deployment", NAME).path("spec").has("replicas")).isFalse();
    JsonNode scaler = scaled.only("HorizontalPodAutoscaler").path("spec");
    assertThat(scaler.at("/scaleTargetRef/name").asText()).isEqualTo(NAME);
    assertThat(scaler.path("minReplicas").asInt()).isEqualTo(2);
  }

  @Test
  void backendsAcceptItWithoutBeingTold() {
    JsonNode policy =
        Chart.rendered(
                Samples.GATEWAY + "sessionNetworkPolicy: {enabled: true, namespaces: [team-a]}")
            .only("NetworkPolicy");
    JsonNode from = policy.at("/spec/ingress/0/from");
    assertThat(from).hasSize(1);
    assertThat(from.at("/0/namespaceSelector/matchLabels"))
        .hasToString("{\"kubernetes.io/metadata.name\":\"mcp-session-operator\"}");
    assertThat(from.at("/0/podSelector/matchLabels"))
        .isEqualTo(chart.named("Deployment", NAME).at("/spec/selector/matchLabels"));
  }

  @Test
  void aClosedGatewayReachesBackendsAndIsReachedByThoseNamed() {
    JsonNode policy =
        Chart.rendered(
                Samples.GATEWAY
                    + "  networkPolicy: {enabled: true, ingressFrom: [{podSelector: {}}]}")
            .only("NetworkPolicy");
    assertThat(policy.at("/spec/ingress")).hasSize(1);
    assertThat(policy.at("/spec/ingress/0/from")).hasSize(2);
    JsonNode replicas = policy.at("/spec/ingress/0/from/1");
    assertThat(selects(replicas.at("/podSelector/matchLabels"), pod(NAME).at("/metadata/labels")))
        .isTrue();
    assertThat(policy.at("/spec/egress/3/to/0")).isEqualTo(replicas);
    assertThat(policy.at("/spec/egress").findValuesAsText("port"))
        .containsExactly("443", "6443", "443", "53", "53", "8080");
    assertThat(policy.at("/spec/egress/4/to/0/podSelector/matchLabels").toString())
        .isEqualTo("{\"app.kubernetes.io/managed-by\":\"mcp-session-operator\"}");
  }

  @Test
  void aClosedGatewayReachesTheUpstreamsThatUsersSignInAt() {
    JsonNode policy =
        Chart.rendered(
                Samples.SIGN_IN
                    + "  networkPolicy: {enabled: true, signIn: {ports: [8443], to: [{podSelector:"
                    + " {}}]}}")
            .only("NetworkPolicy");
    assertThat(policy.at("/spec/egress").findValuesAsText("port"))
        .containsExactly("443", "6443", "443", "53", "53", "8443", "8080");
    assertThat(policy.at("/spec/egress/3/to")).hasToString("[{\"podSelector\":{}}]");
  }

  @Test
  void bothAreScraped() {
    Manifests monitored = Chart.rendered(Samples.GATEWAY + "podMonitor: {enabled: true}");
    assertThat(monitored.named("PodMonitor", NAME).at("/spec/podMetricsEndpoints/0/port").asText())
        .isEqualTo("management");
    assertThat(
            monitored
                .named("PodMonitor", "mcp-session-operator")
                .at("/spec/podMetricsEndpoints/0/port")
                .asText())
        .isEqualTo("http");
    Manifests served = Chart.rendered(Samples.GATEWAY + "serviceMonitor: {enabled: true}");
    String port = served.named("ServiceMonitor", NAME).at("/spec/endpoints/0/port").asText();
    assertThat(served.named("Service", NAME + "-metrics").at("/spec/ports/0/name").asText())
        .isEqualTo(port);
    assertThat(served.named("Service", NAME).at("/spec/ports").findValuesAsText("name"))
        .doesNotContain(port);
  }

  @Test
  void theNotesTellItsAddress() {
    assertThat(Chart.notes(Samples.GATEWAY))
        .contains("The session gateway is at https://mcp.example/NAMESPACE/TEMPLATE/mcp")
        .contains("rollout status deployment/" + NAME + "\n");
    assertThat(Chart.notes("")).doesNotContain("gateway");
    assertThat(Chart.notes(Samples.GATEWAY)).doesNotContain("redirect URI");
    assertThat(Chart.notes(Samples.SIGN_IN))
        .contains("register this redirect URI:\n\n     https://mcp.example/oauth/callback\n");
  }

  private JsonNode pod(String deployment) {
    return chart.named("Deployment", deployment).at("/spec/template");
  }
}
