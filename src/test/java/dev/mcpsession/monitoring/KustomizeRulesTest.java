package dev.mcpsession.monitoring;

import dev.mcpsession.docs.GeneratedDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class KustomizeRulesTest {
  private static final String HEAD =
      """
      # A copy of charts/mcp-session-operator/files/alerts.yaml, made by mvn test -Dregenerate: kustomize reads no
      # files outside its own folder.
      apiVersion: monitoring.coreos.com/v1
      kind: PrometheusRule
      metadata:
        name: mcp-session-operator
        namespace: mcp-session-operator
        labels:
          app.kubernetes.io/name: mcp-session-operator
      spec:
      """;

  @Test
  void kustomizeAppliesTheAlertsOfTheChart() throws IOException {
    String alerts = Files.readString(AlertRule.FILE);
    String groups = alerts.substring(alerts.indexOf("groups:\n"));
    new GeneratedDocument(Path.of("config/prometheus/rules.yaml"))
        .mustBe(HEAD + groups.indent(2).replaceAll("(?m)^ +$", ""));
  }
}
