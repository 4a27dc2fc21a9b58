package dev.mcpsession.chart;

import dev.mcpsession.cluster.Yaml;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A session that is not for those to create who may only name a template.
 *
 * @param metadata without the name, as the content of a YAML flow mapping; empty: nothing
 * @param spec the same
 * @param refusal what the policy {@code admission.sessionCreators} says of it to bob
 */
record CreateAttempt(String metadata, String spec, String refusal) {
  /** Of a session that a creator may make. */
  static final String SPEC =
      "user: alice, templateRef: {name: forgejo}, owner: {issuer: 'https://sso.example', subject:"
          + " a}";

  /** Fields that the template gives, each with a value. */
  static final Map<String, String> OF_THE_TEMPLATE =
      Map.ofEntries(
          Map.entry("idleTimeoutSeconds", "60"),
          Map.entry("maxLifetimeSeconds", "60"),
          Map.entry("onIdle", "Delete"),
          Map.entry("deleteAfterIdleSeconds", "60"),
          Map.entry("startupTimeoutSeconds", "60"),
          Map.entry("drainSeconds", "60"),
          Map.entry("replacement", "Recreate"),
          Map.entry("suspend", "true"),
          Map.entry("port", "8080"),
          Map.entry("path", "/mcp"),
          Map.entry("service", "true"),
          Map.entry("serviceAppProtocol", "http"),
          Map.entry("token", "{secret: {name: x}}"));

  @Override
  public String toString() {
    return metadata + " " + spec;
  }

  static Stream<CreateAttempt> forbidden() {
    String only = " may set only templateRef, user, owner and grantSecretName; leave the rest to";
    String owner = ": bob may set only the McpSessionTemplate that spec.templateRef names";
    return Stream.concat(
        OF_THE_TEMPLATE.entrySet().stream()
            .map(
                field ->
                    new CreateAttempt(
                        "",
                        SPEC + ", %s: %s".formatted(field.getKey(), field.getValue()),
                        "spec." + field.getKey() + ": bob" + only)),
        Stream.of(
            new CreateAttempt(
                "",
                "user: alice, owner: {issuer: i, subject: s}, podTemplate: {spec: {containers:"
                    + " [{name: a, image: b}]}}",
                "spec.templateRef: is missing; name the McpSessionTemplate that the session is to"
                    + " be made from. spec.podTemplate: bob"
                    + only),
            new CreateAttempt(
                "",
                "user: alice, templateRef: {name: forgejo}",
                "spec.owner: is missing; bob may only create sessions that belong to somebody: set"
                    + " issuer and subject"),
            new CreateAttempt(
                "finalizers: [example.com/mine]",
                SPEC,
                "metadata.finalizers: bob may set none; leave them out"),
            owned("v1", "ConfigMap", "forgejo", "", "ConfigMap forgejo" + owner),
            owned("other.dev/v1", "McpSessionTemplate", "forgejo", "", "forgejo" + owner),
            owned("mcpsession.dev/v1alpha1", "McpSession", "forgejo", "", "forgejo" + owner),
            owned("mcpsession.dev/v1alpha1", "McpSessionTemplate", "x", "", "Template x" + owner),
            owned(
                "mcpsession.dev/v1alpha1",
                "McpSessionTemplate",
                "forgejo",
                ", controller: true",
                "McpSessionTemplate forgejo" + owner + ", without controller: true"),
            new CreateAttempt(
                "labels: {team: a, mcpsession.dev/session: x}",
                SPEC,
                "metadata.labels: mcpsession.dev/session: bob may set any label that does not begin"
                    + " with mcpsession.dev/"),
            new CreateAttempt(
                "annotations: {note: a, mcpsession.dev/restartedAt: x}",
                SPEC,
                "metadata.annotations: mcpsession.dev/restartedAt: bob may set, of those that begin"
                    + " with mcpsession.dev/, only mcpsession.dev/lastActive,"
                    + " mcpsession.dev/lastConnected, mcpsession.dev/released")));
  }

  private static CreateAttempt owned(
      String apiVersion, String kind, String name, String more, String message) {
    return new CreateAttempt(
        "ownerReferences: [{apiVersion: %s, kind: %s, name: %s, uid: u%s}]"
            .formatted(apiVersion, kind, name, more),
        SPEC,
        message);
  }

  /** A session; {@code metadata} and {@code spec} are the content of YAML flow mappings. */
  static GenericKubernetesResource session(String name, String metadata, String spec) {
    return Serialization.unmarshal(
        Serialization.asYaml(
            Yaml.map(
                """
                apiVersion: mcpsession.dev/v1alpha1
                kind: McpSession
                metadata: {name: %s%s}
                spec: {%s}
                """
                    .formatted(name, metadata.isEmpty() ? "" : ", " + metadata, spec))),
        GenericKubernetesResource.class);
  }
}
