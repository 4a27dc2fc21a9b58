package dev.mcpsession.resources;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.EffectiveSpec;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.Names;
import dev.mcpsession.cluster.Yaml;
import dev.mcpsession.stored.StoredSession;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What an earlier operator wrote on its Pods still says that they are what is asked for. */
class StoredInputsTest {
  static List<String> names() {
    return StoredSession.names();
  }

  static List<String> namesWithPod() {
    return names().stream().filter(name -> StoredSession.of(name).pod() != null).toList();
  }

  @ParameterizedTest
  @MethodSource("namesWithPod")
  void theHashOnAPodIsTheOneOfItsSession(String name) {
    StoredSession stored = StoredSession.of(name);
    Pod pod = Objects.requireNonNull(stored.pod());
    assertThat(hash(stored.session().getSpec()))
        .isEqualTo(pod.getMetadata().getAnnotations().get(Names.TEMPLATE_HASH));
  }

  @ParameterizedTest
  @MethodSource("names")
  void theHashIsTheSameWhetherTheDefaultsAreStoredOrAbsent(String name) {
    StoredSession stored = StoredSession.of(name);
    assertThat(hash(stored.written())).isEqualTo(hash(stored.session().getSpec()));
  }

  /**
   * Sources whose sessions were not recorded, with the hashes that the operator of that time gave.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "67b359ff9704d8fc | oauth2Refresh | {grantSecretName: grant, clientAuthentication: basic}",
        "67b359ff9704d8fc | oauth2Refresh | {grantSecretName: grant}",
        "acd1af98ce85b8cb | oauth2Refresh"
            + " | {grantSecretName: grant, clientAuthentication: post, scopes: [read]}",
        "bfb67ca3ecbbb6d5 | oauth2TokenExchange"
            + " | {subjectToken: {serviceAccount: {name: default, expirationSeconds: 3600}}}",
        "bfb67ca3ecbbb6d5 | oauth2TokenExchange | {subjectToken: {serviceAccount: {name:"
            + " default}}}",
        "0971fca49c0f3654 | oauth2TokenExchange"
            + " | {subjectToken: {secret: {name: subject, tokenKey: token}}}"
      })
  void theHashOfOtherSourcesStays(String recorded, String source, String fields) {
    Map<String, Object> values = Yaml.map(fields);
    values.put("tokenEndpoint", "https://git.example/token");
    values.put("clientSecretName", "client");
    Map<String, Object> spec =
        Yaml.map("{user: alice, podTemplate: {spec: {containers: [{name: backend, image: b}]}}}");
    spec.put("token", Map.of("renewBeforeSeconds", 300, source, values));
    assertThat(hash(Serialization.unmarshal(Serialization.asYaml(spec), McpSessionSpec.class)))
        .isEqualTo(recorded);
  }

  private static String hash(McpSessionSpec spec) {
    return Inputs.of(EffectiveSpec.of(spec), null, null).template();
  }
}
