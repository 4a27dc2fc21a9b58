package dev.mcpsession.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.docs.GeneratedDocument;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ApiReferenceTest {
  private static final Path TEMPLATE = Path.of("src/test/resources/dev/mcpsession/api/api.md");

  @Test
  void theReferenceSaysWhatTheDefinitionSays() throws IOException {
    var session = new ApiReference(GeneratedCrd.generate(GeneratedCrd.Kind.SESSION).schema());
    var template = new ApiReference(GeneratedCrd.generate(GeneratedCrd.Kind.TEMPLATE).schema());
    var connection = new ApiReference(GeneratedCrd.generate(GeneratedCrd.Kind.CONNECTION).schema());
    GeneratedDocument.named("api.md")
        .mustBe(
            Files.readString(TEMPLATE)
                .replace(
                    "{{sample}}", Files.readString(Path.of("config/samples/minimal.yaml")).strip())
                .replace("{{spec}}", session.fields("spec"))
                .replace("{{status}}", session.fields("status"))
                .replace("{{rules}}", session.rules())
                .replace("{{templateSpec}}", template.fields("spec"))
                .replace("{{templateStatus}}", template.fields("status"))
                .replace("{{templateRules}}", template.rules())
                .replace("{{connectionSpec}}", connection.fields("spec"))
                .replace("{{connectionStatus}}", connection.fields("status"))
                .replace("{{connectionRules}}", connection.rules()));
  }

  @ParameterizedTest
  @MethodSource("names")
  void theReferenceExplainsEveryNameThatUsersRelyOn(String name) throws IOException {
    assertThat(Files.readString(TEMPLATE)).contains("`" + name + "`");
  }

  static Stream<String> names() {
    return Stream.of(
            Stream.of(ConditionType.values()).map(Enum::name),
            Stream.of(Reason.values()).map(Enum::name),
            Stream.of(EventReason.values()).map(Enum::name),
            Stream.of(EvictionReason.values()).map(Enum::name),
            Arrays.stream(Names.class.getFields())
                .filter(field -> Modifier.isStatic(field.getModifiers()))
                .map(ApiReferenceTest::value)
                .filter(name -> name.contains("/")))
        .flatMap(names -> names)
        .distinct();
  }

  private static String value(Field constant) {
    try {
      return (String) constant.get(null);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
