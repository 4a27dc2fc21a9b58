package dev.mcpsession.gateway.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.Names;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;

class CachedSessionTest {
  private static McpSession trimmed(String annotations) {
    return CachedSession.trim(
        Serialization.unmarshal(
            """
            apiVersion: mcpsession.dev/v1alpha1
            kind: McpSession
            metadata: {name: s, namespace: team, uid: u, labels: {a: b}, annotations: %s}
            spec:
              user: alice
              podTemplate: {spec: {containers: []}}
              token: {secret: {name: t}}
            status:
              conditions:
              - {type: Ready, status: "True", reason: Serving, message: m}
              - {type: UpToDate, status: "True", reason: Current, message: m}
            """
                .formatted(annotations),
            McpSession.class));
  }

  @Test
  void whatTheGatewayNeverReadsIsNotKept() {
    McpSession session = trimmed("{mcpsession.dev/lastActive: x, big: y}");
    assertThat(session.getMetadata().getAnnotations()).containsOnlyKeys(Names.LAST_ACTIVE);
    assertThat(session.getMetadata().getLabels()).isNullOrEmpty();
    assertThat(session.getSpec().podTemplate()).isNull();
    assertThat(session.getSpec().token()).isNull();
    assertThat(session.getStatus().conditions())
        .singleElement()
        .satisfies(it -> assertThat(it.type()).isEqualTo("Ready"));
  }

  /** A patch that made the first annotation would take theirs away. */
  @Test
  void whetherThereAreAnnotationsOfOthersStaysKnown() {
    assertThat(StoredUse.of(trimmed("{big: y, other: z}"), null).annotated()).isTrue();
    assertThat(StoredUse.of(trimmed("{}"), null).annotated()).isFalse();
  }
}
