package dev.mcpsession.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Values that the chart takes, and some that it refuses. */
final class Samples {
  private static final YAMLMapper YAML = new YAMLMapper();

  /** All that can be turned on at once. */
  static final String EVERYTHING =
      """
      watchNamespaces: [team-a, team-b]
      nodes: {watch: true}
      rbac: {aggregateToUserRoles: true, endingNamespaces: true}
      serviceMonitor: {enabled: true}
      prometheusRule: {enabled: true}
      dashboard: {enabled: true}
      networkPolicy: {enabled: true}
      sessionNetworkPolicy: {enabled: true, ingressFrom: [{podSelector: {}}]}
      admission:
        templates: {enabled: true}
        heartbeat: {enabled: true, groups: [writers]}
        sessionCreators: {enabled: true, groups: [creators]}
      cleanup: {sessions: true}
      flowSchema: {enabled: true}
      gateway:
        enabled: true
        config:
          baseUrl: https://mcp.example
          issuers: [{issuer: 'https://sso.example/realms/staff'}]
          signIn:
            identityProvider: {issuer: 'https://sso.example/realms/staff', clientId: mcp-gateway}
        signIn: {identityProviderSecret: {name: client}}
        ingress: {enabled: true}
        httpRoute: {enabled: true, parentRefs: [{name: public}]}
        autoscaling: {enabled: true}
        networkPolicy: {enabled: true}
      """;

  /** The gateway, with what it cannot do without. */
  static final String GATEWAY =
      """
      gateway:
        enabled: true
        config:
          baseUrl: https://mcp.example
          issuers: [{issuer: 'https://sso.example/realms/staff'}]
      """;

  /** The same for users who sign in at the gateway, and come with no other tokens. */
  static final String SIGN_IN =
      """
      gateway:
        enabled: true
        config:
          baseUrl: https://mcp.example
          signIn: {allowedEndpoints: ['https://git.example/login/oauth/']}
      """;

  private static final String FIXED = "{gateway: {autoscaling: {enabled: false}}}";

  private static final String POD_MONITOR =
      "{serviceMonitor: {enabled: false}, podMonitor: {enabled: true}}";

  private Samples() {}

  /**
   * For each documented value: its key, values with another setting of it, and the same without.
   */
  static Stream<Arguments> values() {
    return Stream.of(
        sample("global.imageRegistry", "registry.example"),
        sample("global.imagePullSecrets", "[registry]"),
        sample("nameOverride", "other"),
        sample("fullnameOverride", "other"),
        sample("commonLabels", "{team: x}"),
        sample("commonAnnotations", "{note: x}"),
        sample("image.repository", "registry.example/operator"),
        sample("image.tag", "1.2.3"),
        sample("image.digest", "sha256:" + "0a".repeat(32)),
        sample("image.pullPolicy", "Always"),
        sample("imagePullSecrets", "[{name: registry}]"),
        sample("replicaCount", "3"),
        sample("watchNamespaces", "[team-c]"),
        sample("config", "{maxConcurrentReplacements: 3}"),
        sample("config.tokenEndpoints.allowed", "['https://git.example/login/oauth/']"),
        sample("tokenSecrets.watch", "true"),
        sample("nodes.watch", "false"),
        sample("logging.level", "DEBUG"),
        sample("logging.format", "TEXT"),
        sample("crds.enabled", "false"),
        sample("crds.keep", "false"),
        sample("serviceAccount.create", "false"),
        sample("serviceAccount.name", "other"),
        sample("serviceAccount.annotations", "{note: x}"),
        sample("rbac.create", "false"),
        sample("rbac.aggregateToUserRoles", "false"),
        sample("rbac.endingNamespaces", "false"),
        sample("resources", "{requests: {cpu: 1}}"),
        sample("podSecurityContext", "{fsGroup: 65532}"),
        sample("securityContext", "{runAsUser: 65532}"),
        sample("livenessProbe", "{periodSeconds: 20}"),
        sample("readinessProbe", "{initialDelaySeconds: 2}"),
        sample("updateStrategy", "{rollingUpdate: {maxUnavailable: 1}}"),
        sample("terminationGracePeriodSeconds", "90"),
        sample("podDisruptionBudget.enabled", "false"),
        sample("podDisruptionBudget.maxUnavailable", "50%"),
        sample(
            "topologySpreadConstraints",
            "[{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule}]"),
        sample("affinity", "{podAntiAffinity: {}}"),
        sample("nodeSelector", "{disk: ssd}"),
        sample("tolerations", "[{operator: Exists}]"),
        sample("priorityClassName", "system-cluster-critical"),
        sample("podLabels", "{tier: x}"),
        sample("podAnnotations", "{note: x}"),
        sample("extraEnv", "[{name: HTTPS_PROXY, value: 'http://proxy.example:3128'}]"),
        sample("extraVolumes", "[{name: more, emptyDir: {}}]"),
        sample("extraVolumeMounts", "[{name: more, mountPath: /more}]"),
        sample("gateway.enabled", "false"),
        sample("gateway.replicaCount", "3", FIXED),
        sample(
            "gateway.config",
            "{baseUrl: 'https://other.example', issuers: [{issuer: 'https://x'}], signIn:"
                + " {identityProvider: {issuer: 'https://x', clientId: y}}}"),
        sample("gateway.config.baseUrl", "https://other.example"),
        sample("gateway.config.issuers", "[{issuer: 'https://sso.example', userClaim: email}]"),
        sample(
            "gateway.config.signIn",
            "{identityProvider: {issuer: 'https://x', clientId: y}, idleSeconds: 3600}"),
        sample("gateway.signIn.identityProviderSecret.name", "other"),
        sample("gateway.signIn.identityProviderSecret.key", "secret"),
        sample("gateway.keys.existingSecret", "mine"),
        sample("gateway.serviceAccount.create", "false"),
        sample("gateway.serviceAccount.name", "other"),
        sample("gateway.serviceAccount.annotations", "{note: x}"),
        sample("gateway.admission.enabled", "false"),
        sample("gateway.admission.namespaceSelector", "{matchLabels: {mcp: guarded}}"),
        sample("gateway.admission.validationActions", "[Warn]"),
        sample("gateway.service.type", "LoadBalancer"),
        sample("gateway.service.port", "8080"),
        sample("gateway.service.annotations", "{note: x}"),
        sample("gateway.ingress.enabled", "false"),
        sample("gateway.ingress.className", "nginx"),
        sample("gateway.ingress.annotations", "{note: x}"),
        sample("gateway.ingress.host", "other.example"),
        sample("gateway.ingress.tlsSecretName", "certificate"),
        sample("gateway.httpRoute.enabled", "false"),
        sample("gateway.httpRoute.parentRefs", "[{name: public, namespace: gateways}]"),
        sample("gateway.httpRoute.hostnames", "[other.example]"),
        sample("gateway.httpRoute.annotations", "{note: x}"),
        sample("gateway.autoscaling.enabled", "false"),
        sample("gateway.autoscaling.minReplicas", "3"),
        sample("gateway.autoscaling.maxReplicas", "30"),
        sample("gateway.autoscaling.targetCPUUtilizationPercentage", "50"),
        sample("gateway.networkPolicy.enabled", "false"),
        sample("gateway.networkPolicy.ingressFrom", "[{ipBlock: {cidr: 10.0.0.0/8}}]"),
        sample("gateway.networkPolicy.metricsFrom", "[{namespaceSelector: {}}]"),
        sample("gateway.networkPolicy.apiServer.to", "[{ipBlock: {cidr: 10.0.0.1/32}}]"),
        sample("gateway.networkPolicy.apiServer.ports", "[6443]"),
        sample("gateway.networkPolicy.issuers.to", "[{namespaceSelector: {}}]"),
        sample("gateway.networkPolicy.issuers.ports", "[8443]"),
        sample("gateway.networkPolicy.signIn.to", "[{ipBlock: {cidr: 10.0.0.0/8}}]"),
        sample("gateway.networkPolicy.signIn.ports", "[8443]"),
        sample("gateway.networkPolicy.dns.to", "[{namespaceSelector: {}}]"),
        sample("gateway.networkPolicy.dns.ports", "[5353]"),
        sample("gateway.podDisruptionBudget.enabled", "false"),
        sample("gateway.podDisruptionBudget.maxUnavailable", "50%"),
        sample("gateway.resources", "{requests: {cpu: 1}}"),
        sample("gateway.updateStrategy", "{rollingUpdate: {maxUnavailable: 1}}"),
        sample("gateway.terminationGracePeriodSeconds", "90"),
        sample(
            "gateway.topologySpreadConstraints",
            "[{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule}]"),
        sample("gateway.affinity", "{podAntiAffinity: {}}"),
        sample("gateway.nodeSelector", "{disk: ssd}"),
        sample("gateway.tolerations", "[{operator: Exists}]"),
        sample("gateway.priorityClassName", "high"),
        sample("gateway.podLabels", "{tier: x}"),
        sample("gateway.podAnnotations", "{note: x}"),
        sample("gateway.extraEnv", "[{name: JAVA_TOOL_OPTIONS, value: -Xmx256m}]"),
        sample("gateway.extraVolumes", "[{name: more, emptyDir: {}}]"),
        sample("gateway.extraVolumeMounts", "[{name: more, mountPath: /more}]"),
        sample("serviceMonitor.enabled", "false"),
        sample("serviceMonitor.labels", "{release: prometheus}"),
        sample("serviceMonitor.interval", "15s"),
        sample("serviceMonitor.scrapeTimeout", "5s"),
        sample("serviceMonitor.relabelings", "[{action: labeldrop, regex: pod}]"),
        sample("serviceMonitor.metricRelabelings", "[{action: labeldrop, regex: pod}]"),
        sample("podMonitor.enabled", "false", POD_MONITOR),
        sample("podMonitor.labels", "{release: prometheus}", POD_MONITOR),
        sample("podMonitor.interval", "15s", POD_MONITOR),
        sample("podMonitor.scrapeTimeout", "5s", POD_MONITOR),
        sample("podMonitor.relabelings", "[{action: labeldrop, regex: pod}]", POD_MONITOR),
        sample("podMonitor.metricRelabelings", "[{action: labeldrop, regex: pod}]", POD_MONITOR),
        sample("prometheusRule.enabled", "false"),
        sample("prometheusRule.labels", "{release: prometheus}"),
        sample("prometheusRule.runbookUrl", "https://git.example/mcp/docs/operations.md"),
        sample("dashboard.enabled", "false"),
        sample("dashboard.labels", "{grafana_dashboard: 'yes'}"),
        sample("dashboard.annotations", "{grafana_folder: MCP}"),
        sample("dashboard.namespace", "grafana"),
        sample("networkPolicy.enabled", "false"),
        sample("networkPolicy.ingressFrom", "[{ipBlock: {cidr: 10.0.0.0/8}}]"),
        sample("networkPolicy.apiServer.to", "[{ipBlock: {cidr: 10.0.0.1/32}}]"),
        sample("networkPolicy.apiServer.ports", "[6443]"),
        sample("networkPolicy.issuers.to", "[{namespaceSelector: {}}]"),
        sample("networkPolicy.issuers.ports", "[]"),
        sample("networkPolicy.dns.to", "[{namespaceSelector: {}}]"),
        sample("networkPolicy.dns.ports", "[5353]"),
        sample("sessionNetworkPolicy.enabled", "false"),
        sample("sessionNetworkPolicy.namespaces", "[team-c]"),
        sample("sessionNetworkPolicy.ingressFrom", "[{namespaceSelector: {}}]"),
        sample("admission.templates.enabled", "false"),
        sample("admission.templates.serviceAccounts", "[default, mcp]"),
        sample("admission.templates.namespaceSelector", "{matchLabels: {mcp: guarded}}"),
        sample("admission.templates.validationActions", "[Warn, Audit]"),
        sample("admission.heartbeat.enabled", "false"),
        sample("admission.heartbeat.serviceAccounts", "[{namespace: gateway, name: gateway}]"),
        sample("admission.heartbeat.groups", "[others]"),
        sample("admission.heartbeat.namespaceSelector", "{matchLabels: {mcp: guarded}}"),
        sample("admission.heartbeat.validationActions", "[Warn]"),
        sample("admission.sessionCreators.enabled", "false"),
        sample(
            "admission.sessionCreators.serviceAccounts", "[{namespace: gateway, name: gateway}]"),
        sample("admission.sessionCreators.groups", "[others]"),
        sample("admission.sessionCreators.users", "[gateway]"),
        sample("admission.sessionCreators.namespaceSelector", "{matchLabels: {mcp: guarded}}"),
        sample("admission.sessionCreators.validationActions", "[Warn]"),
        sample("cleanup.sessions", "false"),
        sample("cleanup.storageNamespace", "releases"),
        sample("cleanup.timeoutSeconds", "60"),
        sample("flowSchema.enabled", "false"),
        sample("flowSchema.priorityLevel", "system"),
        sample("flowSchema.matchingPrecedence", "800"));
  }

  /** Values that are refused, and what is said about them. */
  static Stream<Arguments> refusals() {
    return Stream.of(
        Arguments.of("replicas: 3", "additional properties 'replicas' not allowed"),
        Arguments.of(
            "config: {tokenEndpoint: {}}", "additional properties 'tokenEndpoint' not allowed"),
        Arguments.of(
            "config: {watchNodes: true}", "additional properties 'watchNodes' not allowed"),
        Arguments.of("replicaCount: two", "at '/replicaCount': got string, want null or integer"),
        Arguments.of(
            "watchNamespaces: team-a", "at '/watchNamespaces': got string, want null or array"),
        Arguments.of("watchNamespaces: [Team_A]", "'Team_A' does not match pattern"),
        Arguments.of("image: {pullPolicy: Sometimes}", "'Always', 'IfNotPresent', 'Never'"),
        Arguments.of("logging: {level: info}", "at '/logging/level'"),
        Arguments.of("podLabels: {a: true}", "at '/podLabels/a': got boolean, want string"),
        Arguments.of(
            "terminationGracePeriodSeconds: 30",
            "at '/terminationGracePeriodSeconds': minimum: got 30, want 50"),
        Arguments.of(
            "config: {maxConcurrentReplacements: 0}",
            "at '/config/maxConcurrentReplacements': minimum: got 0, want 1"),
        Arguments.of(
            "networkPolicy: {ingressFrom: [{host: prometheus.example}]}",
            "additional properties 'host' not allowed"),
        Arguments.of(
            "{serviceMonitor: {enabled: true}, podMonitor: {enabled: true}}",
            "each metric would be scraped twice: choose one"),
        Arguments.of(
            "sessionNetworkPolicy: {enabled: true, ingressFrom: [{podSelector: {}}]}",
            "sessionNetworkPolicy.namespaces and watchNamespaces are both empty: name the"),
        Arguments.of(
            "{watchNamespaces: [a], sessionNetworkPolicy: {enabled: true}}",
            "sessionNetworkPolicy.ingressFrom is empty, and nobody would reach a session"),
        Arguments.of(
            "gateway: {enabled: true}",
            "gateway.config.baseUrl is not set: set it to the URL by which MCP clients reach the"
                + " gateway, such as https://mcp.example. And gateway.config.issuers is empty, and"
                + " nobody could sign in: name the OAuth 2 authorization servers whose tokens the"
                + " gateway accepts, such as [{issuer: https://sso.example/realms/staff}], or set"
                + " gateway.config.signIn"),
        Arguments.of(
            "gateway: {enabled: true, config: {baseUrl: 'https://mcp.example'}}",
            "): gateway.config.issuers is empty"),
        Arguments.of(
            GATEWAY + "  signIn: {identityProviderSecret: {name: mine}}",
            "gateway.signIn.identityProviderSecret is of no use without"
                + " gateway.config.signIn.identityProvider: set issuer and clientId there"),
        Arguments.of(
            "gateway: {config: {signIn: {keysSecretName: mine}}}",
            "additional properties 'keysSecretName' not allowed"),
        Arguments.of(
            "gateway: {config: {signIn: {identityProvider: {issuer: 'https://x'}}}}",
            "at '/gateway/config/signIn/identityProvider': missing property 'clientId'"),
        Arguments.of(
            "gateway: {config: {baseURL: x}}", "additional properties 'baseURL' not allowed"),
        Arguments.of(
            "gateway: {config: {insecureUser: alice}}",
            "additional properties 'insecureUser' not allowed"),
        Arguments.of(
            "gateway: {config: {issuers: [{name: sso}]}}",
            "at '/gateway/config/issuers/0': missing property 'issuer'"),
        Arguments.of(
            "gateway: {terminationGracePeriodSeconds: 30}",
            "at '/gateway/terminationGracePeriodSeconds': minimum: got 30, want 70"),
        Arguments.of(
            GATEWAY + "  httpRoute: {enabled: true}",
            "gateway.httpRoute.parentRefs is empty: name the Gateway that the route belongs to"),
        Arguments.of(
            GATEWAY + "  autoscaling: {enabled: true, maxReplicas: 1}",
            "gateway.autoscaling.maxReplicas is less than gateway.autoscaling.minReplicas"),
        Arguments.of(
            GATEWAY + "  autoscaling: {enabled: true}\n  resources: null",
            "gateway.resources.requests.cpu is not set, and the use of CPU could not be compared"),
        Arguments.of(
            GATEWAY.replace(".example\n", ".example/gateway\n") + "  ingress: {enabled: true}",
            "gateway.config.baseUrl has a path, which neither gateway.ingress nor"),
        Arguments.of(
            "gateway: {config: {limits: {bodyBytes: 1}}}",
            "at '/gateway/config/limits/bodyBytes': minimum: got 1, want 65,536"),
        Arguments.of(
            "admission: {heartbeat: {enabled: true}}",
            "admission.heartbeat names no writer: set admission.heartbeat.serviceAccounts"),
        Arguments.of(
            "admission: {sessionCreators: {enabled: true}}",
            "admission.sessionCreators names nobody: set admission.sessionCreators"));
  }

  private static Arguments sample(String key, String value) {
    return sample(key, value, "{}");
  }

  private static Arguments sample(String key, String value, String context) {
    ObjectNode without = parse(EVERYTHING);
    merge(without, parse(context));
    ObjectNode with = without.deepCopy();
    ObjectNode setting = parse("value: " + value);
    String[] path = key.split("\\.", -1);
    ObjectNode section = with;
    for (int i = 0; i < path.length - 1; i++) {
      section = section.withObjectProperty(path[i]);
    }
    section.set(path[path.length - 1], setting.path("value"));
    return Arguments.of(key, with.toString(), without.toString());
  }

  private static void merge(ObjectNode into, ObjectNode more) {
    more.properties()
        .forEach(
            property -> {
              JsonNode present = into.path(property.getKey());
              if (present instanceof ObjectNode below
                  && property.getValue() instanceof ObjectNode values) {
                merge(below, values);
              } else {
                into.set(property.getKey(), property.getValue());
              }
            });
  }

  private static ObjectNode parse(String yaml) {
    try {
      return (ObjectNode) YAML.readTree(yaml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
