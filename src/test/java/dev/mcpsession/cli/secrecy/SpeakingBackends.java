package dev.mcpsession.cli.secrecy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.McpSession;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Backends on a real node that say their token in every way a Pod can, and an admission policy that
 * says what is in the Secrets that it refuses.
 */
record SpeakingBackends(KubernetesClient client, String namespace) implements AutoCloseable {
  /** The session whose Secret is refused. */
  static final String REFUSED = "refused";

  private static final String FILE = "/var/run/secrets/mcpsession.dev/token";
  private static final String SLEEP = "command: [sleep, \"600\"]";

  /** By session: the containers of its Pod, and by which words its condition shows the failure. */
  private static Map<String, List<String>> ways() {
    Map<String, List<String>> ways = new LinkedHashMap<>();
    ways.put(
        "by-its-log",
        backend(
            "terminationMessagePolicy: FallbackToLogsOnError, command: [sh, -c, \"echo 401 for"
                + " $TOK; exit 1\"]",
            "exited with code 1"));
    ways.put(
        "by-its-end",
        backend("command: [sh, -c, \"echo $TOK > /dev/termination-log; exit 7\"]", "code 7"));
    ways.put("by-its-command", backend("command: [\"/bin/$(TOK)\"]", "container backend"));
    ways.put(
        "by-its-path",
        backend(
            SLEEP + ", volumeMounts: [{name: d, mountPath: /d, subPathExpr: \"$(TOK)\"}]",
            "CreateContainerConfigError"));
    ways.put(
        "by-its-hook",
        backend(
            SLEEP
                + ", lifecycle: {postStart: {exec: {command: [sh, -c, \"cat %s; exit 1\"]}}}"
                    .formatted(FILE),
            "container backend"));
    ways.put(
        "by-its-probe",
        backend(
            SLEEP
                + ", readinessProbe: {periodSeconds: 1, exec: {command: [sh, -c, \"cat %s; exit"
                    .formatted(FILE)
                + " 1\"]}}",
            "revision 1"));
    ways.put(
        "by-its-liveness",
        backend(
            SLEEP
                + ", livenessProbe: {periodSeconds: 1, failureThreshold: 1, exec: {command: [sh,"
                + " -c, \"cat %s; exit 1\"]}}".formatted(FILE),
            "container backend"));
    ways.put("by-init", List.of(helper("initContainers", ""), "container helper exited"));
    ways.put(
        "by-a-sidecar",
        List.of(helper("initContainers", "restartPolicy: Always, "), "container helper exited"));
    ways.put("by-another", List.of(helper("others", ""), "container helper exited"));
    ways.put(
        "while-it-serves",
        backend(
            "command: [sh, -c, \"httpd -p 8080 -h /tmp; sleep 8; echo $TOK >"
                + " /dev/termination-log; exit 9\"]",
            "exited with code 9"));
    return ways;
  }

  private static List<String> backend(String fields, String words) {
    return List.of("containers: [{name: backend, %s, %s}]".formatted(IMAGE, fields), words);
  }

  private static final String IMAGE = "image: \"busybox:1.35\", imagePullPolicy: IfNotPresent";

  /** A container beside the backend that reads the token from the operator's volume. */
  private static String helper(String list, String fields) {
    String helper =
        "{name: helper, %s%s, terminationMessagePolicy: FallbackToLogsOnError, command: [sh, -c, \"cat /t/token; exit 5\"], volumeMounts: [{name: mcp-session-token, mountPath: /t}]}"
            .formatted(fields, IMAGE);
    String backend = "{name: backend, %s, %s}".formatted(IMAGE, SLEEP);
    return list.equals("others")
        ? "containers: [%s, %s]".formatted(backend, helper)
        : "containers: [%s], initContainers: [%s]".formatted(backend, helper);
  }

  /** Creates all sessions at once, so that they fail at the same time. */
  void create() {
    admission(true);
    ways()
        .forEach(
            (name, way) -> session(name, "env: TOK, serviceAccount: {name: default}", way.get(0)));
    session(REFUSED, "secret: {name: kept}", backend(SLEEP, "").get(0));
  }

  /** That the failures of all of them were told, in our words. */
  void assertTold(SeenObjects seen) {
    ways()
        .forEach(
            (name, way) ->
                assertThat(seen.says("McpSession " + name, way.get(1)))
                    .as(name + " " + way.get(1))
                    .isTrue());
    assertThat(
            seen.says("McpSession " + REFUSED, "denied the request; its words may hold the token"))
        .as(REFUSED)
        .isTrue();
  }

  List<String> names() {
    return Stream.concat(ways().keySet().stream(), Stream.of(REFUSED)).toList();
  }

  private void session(String name, String token, String containers) {
    client
        .resource(
            Serialization.unmarshal(
                """
                apiVersion: mcpsession.dev/v1alpha1
                kind: McpSession
                metadata: {name: %s}
                spec:
                  user: alice
                  startupTimeoutSeconds: 60
                  token: {%s}
                  podTemplate:
                    spec: {terminationGracePeriodSeconds: 1, volumes: [{name: d, emptyDir: {}}], %s}
                """
                    .formatted(name, token, containers),
                McpSession.class))
        .inNamespace(namespace)
        .create();
  }

  private void admission(boolean wanted) {
    ValidatingAdmissionPolicy policy =
        Serialization.unmarshal(
            """
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingAdmissionPolicy
            metadata: {name: %1$s}
            spec:
              matchConstraints:
                namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %1$s}}
                resourceRules:
                - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [secrets]}
              matchConditions:
              - {name: refused, expression: "object.metadata.name.startsWith('%2$s-')"}
              validations:
              - {expression: "false", messageExpression: "string(object.data.token)"}
            """
                .formatted(namespace, REFUSED),
            ValidatingAdmissionPolicy.class);
    ValidatingAdmissionPolicyBinding binding =
        Serialization.unmarshal(
            """
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingAdmissionPolicyBinding
            metadata: {name: %1$s}
            spec: {policyName: %1$s, validationActions: [Deny]}
            """
                .formatted(namespace),
            ValidatingAdmissionPolicyBinding.class);
    if (wanted) {
      client.resource(policy).create();
      client.resource(binding).create();
    } else {
      client.resource(binding).delete();
      client.resource(policy).delete();
    }
  }

  @Override
  public void close() {
    admission(false);
  }
}
