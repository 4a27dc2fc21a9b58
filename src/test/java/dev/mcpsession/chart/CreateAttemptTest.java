package dev.mcpsession.chart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.McpSessionSpec;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CreateAttemptTest {
  @Test
  void everyFieldOfASessionIsEitherForACreatorToSetOrTried() {
    assertThat(
            Arrays.stream(McpSessionSpec.class.getRecordComponents()).map(RecordComponent::getName))
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(
                    CreateAttempt.OF_THE_TEMPLATE.keySet().stream(),
                    Stream.of("user", "templateRef", "owner", "grantSecretName", "podTemplate"))
                .toList());
  }
}
