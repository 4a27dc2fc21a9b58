package dev.mcpsession.resources;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.mcpsession.api.EffectiveSpec;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.McpSessionTemplateSpec;
import dev.mcpsession.api.McpSessionTemplateSpec.Session;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InputsTest {
  private static final String SPEC =
      """
      user: alice
      podTemplate:
        metadata: {labels: {a: "1", b: "2"}}
        spec:
          nodeSelector: {x: "1", y: "2"}
          containers: [{name: backend, image: "registry.example/forgejo-mcp:1.4", resources: {limits: {memory: 64Mi}}}]
      token: {serviceAccount: {name: default}}
      """;

  private static final String SERVICE_ACCOUNT = "{serviceAccount: {name: default}}";

  private static final String REFRESH =
      "{oauth2Refresh: {tokenEndpoint: 'https://git.example/token', clientSecretName: client,"
          + " grantSecretName: %s}}";

  /** Another value here replaces the backend of every session when the operator is upgraded. */
  @Test
  void theHashStaysTheSameThroughUpgrades() throws IOException {
    assertThat(of(SPEC).template()).isEqualTo("8438e0a48d3a7676");
    assertThat(Inputs.of(spec(SPEC), "2026-11-21T09:00:00Z", "v1").hash())
        .isEqualTo("93f19f2bc93f2da6");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "port: 8080",
        "token: {renewBeforeSeconds: 300, serviceAccount: {name: default}}",
        "token: {mountPath: /var/run/secrets/mcpsession.dev, serviceAccount: {name: default}}",
        "token: {serviceAccount: {name: default, expirationSeconds: 3600}}",
        "idleTimeoutSeconds: 7",
        "maxLifetimeSeconds: 7",
        "onIdle: Suspend",
        "suspend: true",
        "startupTimeoutSeconds: 7",
        "drainSeconds: 7",
        "path: /other",
        "service: false"
      })
  void aDefaultAndWhatIsNoInputChangeNothing(String change) throws IOException {
    assertThat(of(SPEC + change)).isEqualTo(of(SPEC));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "port: 8081",
        "token: {renewBeforeSeconds: 299, serviceAccount: {name: default}}",
        "token: {env: TOKEN, serviceAccount: {name: default}}",
        "token: {mountPath: /token, serviceAccount: {name: default}}",
        "token: {serviceAccount: {name: other}}",
        "token: {serviceAccount: {name: default, audience: a}}",
        "token: {serviceAccount: {name: default, expirationSeconds: 600}}",
        "token: {secret: {name: default}}",
        "token:",
        "podTemplate: {metadata: {labels: {a: '1', b: '3'}}, spec: {containers: [{name: backend}]}}"
      })
  void everyInputMatters(String change) throws IOException {
    assertThat(of(SPEC + change).template()).isNotEqualTo(of(SPEC).template());
  }

  @Test
  void theOrderOfKeysAndEmptyListsDoNotMatter() throws IOException {
    String other =
        """
        token: {serviceAccount: {name: default}}
        podTemplate:
          spec:
            containers: [{resources: {limits: {memory: 64Mi}}, image: "registry.example/forgejo-mcp:1.4", name: backend, env: []}]
            nodeSelector: {y: "2", x: "1"}
            volumes: []
          metadata: {labels: {b: "2", a: "1"}}
        user: bob
        """;
    assertThat(of(other).template()).isEqualTo(of(SPEC).template());
  }

  /** What operators' guides promise to whoever moves sessions to a template. */
  @Test
  void aSessionThatMovesToATemplateWithWhatItHadIsNotReplaced() throws IOException {
    Session template =
        new YAMLMapper()
            .readValue(
                SPEC.replace("user: alice\n", "") + "idleTimeoutSeconds: 1800", Session.class);
    McpSessionSpec moved = spec("{user: alice, templateRef: {name: forgejo}}");
    assertThat(Inputs.of(EffectiveSpec.of(moved, template), "r", "v"))
        .isEqualTo(Inputs.of(spec(SPEC), "r", "v"));

    Session withGrant =
        new YAMLMapper()
            .readValue(
                SPEC.replace("user: alice\n", "")
                    .replace(SERVICE_ACCOUNT, REFRESH.formatted("nobodys")),
                Session.class);
    McpSessionSpec alices =
        spec("{user: alice, grantSecretName: alices, templateRef: {name: forgejo}}");
    assertThat(Inputs.of(EffectiveSpec.of(alices, withGrant), null, null))
        .isEqualTo(of(SPEC.replace(SERVICE_ACCOUNT, REFRESH.formatted("alices"))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "signIn: {identity: Issuer}",
        "signIn: {identity: Issuer, authorizationEndpoint: 'https://git.example/authorize'}",
        "access: {everyone: true}",
        "description: Forgejo"
      })
  void whatATemplateSaysToTheGatewayAloneChangesNothing(String change) throws IOException {
    String template = "{session: {podTemplate: {spec: {containers: [{name: a}]}}, token: %s}, %s}";
    String token = REFRESH.replace(", grantSecretName: %s", "");
    assertThat(ofTemplate(template.formatted(token, change)))
        .isEqualTo(ofTemplate(template.formatted(token, "")));
  }

  private static Inputs ofTemplate(String template) throws IOException {
    McpSessionTemplateSpec spec =
        new YAMLMapper().readValue(template, McpSessionTemplateSpec.class);
    McpSessionSpec own = spec("{user: alice, grantSecretName: a, templateRef: {name: forgejo}}");
    return Inputs.of(EffectiveSpec.of(own, spec.session()), null, null);
  }

  @Test
  void theHashChangesWithEachOfTheThree() {
    assertThat(
            java.util.stream.Stream.of(
                new Inputs("t", null, null),
                new Inputs("u", null, null),
                new Inputs("t", "r", null),
                new Inputs("t", null, "r"),
                new Inputs("t", "r", "s"),
                new Inputs("t", "s", "r")))
        .extracting(Inputs::hash)
        .doesNotHaveDuplicates()
        .allMatch(hash -> hash.matches("[0-9a-f]{16}"));
  }

  private static Inputs of(String yaml) throws IOException {
    return Inputs.of(spec(yaml), null, null);
  }

  /** Of a key that stands twice the last counts. */
  private static McpSessionSpec spec(String yaml) throws IOException {
    return new YAMLMapper().readValue(yaml, McpSessionSpec.class);
  }
}
