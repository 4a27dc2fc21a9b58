package dev.mcpsession.bench.load;

import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.cluster.GatewaySession;
import dev.mcpsession.cluster.MergePatch;
import dev.mcpsession.cluster.Yaml;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The same backends for all users, as one template that their sessions name, or as a Pod template
 * in each session. Their Pods are simulated.
 */
public final class Offer {
  private static final String TEMPLATE = "forgejo";

  /** As long as what real servers need. */
  private static final String SESSION =
      """
      idleTimeoutSeconds: 0
      drainSeconds: 1
      service: false
      onIdle: Suspend
      deleteAfterIdleSeconds: 604800
      port: 8080
      path: /mcp
      token: {serviceAccount: {name: default, audience: bench}, env: FORGEJO_TOKEN}
      podTemplate:
        metadata:
          labels:
            app.kubernetes.io/name: forgejo-mcp
            app.kubernetes.io/component: backend
            app.kubernetes.io/part-of: developer-platform
            team: platform
          annotations:
            prometheus.io/scrape: "true"
            prometheus.io/port: "9090"
            cluster-autoscaler.kubernetes.io/safe-to-evict: "true"
        spec:
          nodeSelector: {type: fake}
          tolerations: [{key: kwok.x-k8s.io/node, operator: Exists}]
          topologySpreadConstraints:
          - maxSkew: 20
            topologyKey: kubernetes.io/hostname
            whenUnsatisfiable: ScheduleAnyway
            labelSelector: {matchLabels: {app.kubernetes.io/name: forgejo-mcp}}
          automountServiceAccountToken: false
          enableServiceLinks: false
          terminationGracePeriodSeconds: 30
          securityContext:
            runAsNonRoot: true
            runAsUser: 65532
            runAsGroup: 65532
            fsGroup: 65532
            seccompProfile: {type: RuntimeDefault}
          imagePullSecrets: [{name: registry}]
          initContainers:
          - name: settings
            image: registry.example/platform/settings:2.3.1
            imagePullPolicy: IfNotPresent
            args: [render, --from=/templates, --to=/etc/forgejo-mcp]
            securityContext:
              allowPrivilegeEscalation: false
              readOnlyRootFilesystem: true
              capabilities: {drop: [ALL]}
            resources:
              requests: {cpu: 10m, memory: 16Mi}
              limits: {memory: 32Mi}
            volumeMounts:
            - {name: templates, mountPath: /templates, readOnly: true}
            - {name: settings, mountPath: /etc/forgejo-mcp}
          containers:
          - name: backend
            image: registry.example/platform/forgejo-mcp:IMAGE
            imagePullPolicy: IfNotPresent
            args: [serve, --listen=:8080, --metrics=:9090, --config=/etc/forgejo-mcp/server.yaml]
            ports:
            - {name: mcp, containerPort: 8080}
            - {name: metrics, containerPort: 9090}
            env:
            - {name: FORGEJO_URL, value: "https://git.example.com"}
            - {name: LOG_FORMAT, value: json}
            - {name: LOG_LEVEL, value: info}
            - {name: OTEL_EXPORTER_OTLP_ENDPOINT, value: "http://collector.observability:4317"}
            - {name: OTEL_SERVICE_NAME, value: forgejo-mcp}
            - {name: HTTPS_PROXY, value: "http://proxy.example.com:3128"}
            - {name: NO_PROXY, value: ".svc,.cluster.local,10.0.0.0/8"}
            - name: POD_NAME
              valueFrom: {fieldRef: {fieldPath: metadata.name}}
            - name: GOMEMLIMIT
              valueFrom: {resourceFieldRef: {resource: limits.memory}}
            - name: FEATURE_FLAGS
              valueFrom: {configMapKeyRef: {name: forgejo-mcp, key: flags, optional: true}}
            resources:
              requests: {cpu: 20m, memory: 48Mi}
              limits: {memory: 128Mi}
            securityContext:
              allowPrivilegeEscalation: false
              readOnlyRootFilesystem: true
              capabilities: {drop: [ALL]}
            startupProbe:
              httpGet: {path: /healthz, port: mcp}
              periodSeconds: 1
              failureThreshold: 60
            readinessProbe:
              httpGet: {path: /readyz, port: mcp}
              periodSeconds: 5
              timeoutSeconds: 2
            livenessProbe:
              httpGet: {path: /healthz, port: mcp}
              periodSeconds: 20
              timeoutSeconds: 5
              failureThreshold: 3
            volumeMounts:
            - {name: settings, mountPath: /etc/forgejo-mcp, readOnly: true}
            - {name: authorities, mountPath: /etc/ssl/certs/company.pem, subPath: ca.pem}
            - {name: scratch, mountPath: /tmp}
          volumes:
          - {name: templates, configMap: {name: forgejo-mcp-settings}}
          - {name: settings, emptyDir: {sizeLimit: 1Mi}}
          - {name: authorities, configMap: {name: company-authorities, optional: true}}
          - {name: scratch, emptyDir: {sizeLimit: 256Mi}}
      """;

  private final Arena arena;
  private final boolean shared;
  private final Crowd crowd;

  private Offer(Arena arena, boolean shared, int sessions) {
    this.arena = arena;
    this.shared = shared;
    List<String> names =
        IntStream.range(0, sessions)
            .mapToObj(i -> GatewaySession.name(TEMPLATE, "user-" + i))
            .toList();
    crowd = new Crowd(arena, names, shared ? naming(createTemplate()) : complete());
  }

  /** One template, which is created here, and sessions that name it. */
  public static Offer asTemplate(Arena arena, int sessions) {
    return new Offer(arena, true, sessions);
  }

  /** Sessions that each have all of it. */
  public static Offer inEachSession(Arena arena, int sessions) {
    return new Offer(arena, false, sessions);
  }

  /** Its sessions are not created yet. */
  public Crowd crowd() {
    return crowd;
  }

  /**
   * Gives all backends another image.
   *
   * @return how many requests that took
   */
  public int change() throws Exception {
    String spec =
        "{podTemplate: {spec: {containers: %s}}}"
            .formatted(Serialization.asJson(containers(session("2.0.0"))));
    if (shared) {
      MergePatch.apply(template(), "{spec: {session: %s}}".formatted(spec));
      return 1;
    }
    crowd.patch(Serialization.asJson(Yaml.map("{spec: %s}".formatted(spec))));
    return crowd.names().size();
  }

  private Resource<McpSessionTemplate> template() {
    return arena
        .client()
        .resources(McpSessionTemplate.class)
        .inNamespace(arena.namespace())
        .withName(TEMPLATE);
  }

  private McpSessionTemplate createTemplate() {
    return arena
        .client()
        .resource(
            Serialization.unmarshal(
                """
                apiVersion: mcpsession.dev/v1alpha1
                kind: McpSessionTemplate
                metadata: {name: %s}
                spec:
                  session:
                """
                        .formatted(TEMPLATE)
                    + session("1.0.0").indent(4),
                McpSessionTemplate.class))
        .inNamespace(arena.namespace())
        .create();
  }

  private static String session(String image) {
    return SESSION.replace("IMAGE", image);
  }

  private static Object containers(String session) {
    Map<?, ?> pod = (Map<?, ?>) Yaml.map(session).get("podTemplate");
    return ((Map<?, ?>) pod.get("spec")).get("containers");
  }

  private static String naming(McpSessionTemplate template) {
    return head(
            """
            ownerReferences:
            - {apiVersion: %s, kind: %s, name: %s, uid: %s}
            """
                .formatted(
                    template.getApiVersion(),
                    template.getKind(),
                    TEMPLATE,
                    template.getMetadata().getUid()))
        + "  templateRef: {name: %s}\n".formatted(TEMPLATE);
  }

  private static String complete() {
    return head("") + session("1.0.0").indent(2);
  }

  /** What both kinds of sessions have. */
  private static String head(String metadata) {
    return """
    apiVersion: mcpsession.dev/v1alpha1
    kind: McpSession
    metadata:
      name: NAME
      annotations: {mcpsession.dev/lastActive: "%s"}
    """
            .formatted(Instant.now())
        + metadata.indent(2)
        + """
        spec:
          user: alice.cooper
          owner: {issuer: "https://sso.example.com/realms/staff", subject: NAME}
          grantSecretName: NAME-grant
        """;
  }
}
