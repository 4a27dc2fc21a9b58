package dev.mcpsession.explain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.McpSessionTemplate;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class TemplateUseTest {
  @Test
  void whatTheSessionSaysItselfIsNotGiven() throws IOException {
    YAMLMapper yaml = new YAMLMapper();
    McpSessionTemplate template =
        yaml.readValue(
            """
            metadata: {name: tools, generation: 3}
            spec:
              session:
                idleTimeoutSeconds: 60
                drainSeconds: 5
                podTemplate: {spec: {containers: [{name: backend}]}}
            """,
            McpSessionTemplate.class);
    McpSessionSpec own =
        yaml.readValue(
            "{user: dave, templateRef: {name: tools}, drainSeconds: 7}", McpSessionSpec.class);
    assertThat(TemplateUse.of(own, template))
        .hasToString("generation 3, which gives idleTimeoutSeconds, podTemplate");
  }
}
