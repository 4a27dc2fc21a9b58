package dev.mcpsession.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TokenSpecTest {
  static Stream<String> sourceFields() {
    return Arrays.stream(TokenSpec.class.getRecordComponents())
        .filter(field -> TokenSourceSpec.class.isAssignableFrom(field.getType()))
        .map(RecordComponent::getName);
  }

  @Test
  void thereAreFiveSources() {
    assertThat(sourceFields()).hasSize(5);
  }

  @ParameterizedTest
  @MethodSource("sourceFields")
  void theSourceIsTheOneThatIsSetAndNamesItsField(String field) throws Exception {
    TokenSpec spec = spec("{\"%s\":{}}".formatted(field));
    TokenSourceSpec source = spec.source();
    assertThat(source).isNotNull().isSameAs(TokenSpec.class.getMethod(field).invoke(spec));
    assertThat(source.fieldName()).isEqualTo(field);
    assertThat(spec.sourceName()).isEqualTo(field);
    assertThat(spec.oauth2()).isEqualTo(field.startsWith("oauth2") ? source : null);
  }

  @ParameterizedTest
  @MethodSource("sourceFields")
  void aSourceIsSerializedAsItsFieldAlone(String field) {
    String name = field.startsWith("oauth2") ? "clientSecretName" : "name";
    String json = "{\"%s\":{\"%s\":\"a\"}}".formatted(field, name);
    assertThat(Serialization.asJson(spec(json))).isEqualTo(json);
  }

  @Test
  void withoutASourceNoneIsSet() {
    TokenSpec spec = spec("{}");
    assertThat(spec.source()).isNull();
    assertThat(spec.oauth2()).isNull();
    assertThat(spec.secretNames()).isEmpty();
  }

  private static TokenSpec spec(String json) {
    return Serialization.unmarshal(json, TokenSpec.class);
  }
}
