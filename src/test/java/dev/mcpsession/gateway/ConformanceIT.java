package dev.mcpsession.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.clients.Conformance;
import dev.mcpsession.clients.NodeClients;
import dev.mcpsession.clients.Scenario;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.docs.GeneratedDocument;
import dev.mcpsession.external.NeedsProgram;
import dev.mcpsession.fixture.McpBackend;
import dev.mcpsession.replicas.OneUserGateway;
import java.io.IOException;
import java.net.URI;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

/** What the official conformance suite says of the gateway. */
@ClusterTest
@NeedsProgram(value = "npm", debianPackage = "npm")
class ConformanceIT {
  private static final String TEMPLATE = "everything";

  private final Cluster cluster;

  ConformanceIT(Cluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void theSuiteSaysTheSameOfABackendAndOfTwoReplicasOfTheGatewayInFrontOfIt() throws IOException {
    NodeClients clients = NodeClients.installed();
    GeneratedDocument document = GeneratedDocument.named("conformance.md");
    try (McpBackend backend = McpBackend.start();
        OneUserGateway gateway = OneUserGateway.start(cluster, cluster.namespace(), 2)) {
      gateway.offerFixture(TEMPLATE);
      for (Conformance run : Conformance.RUNS) {
        SortedMap<String, Scenario> direct =
            run.run(clients, URI.create("http://localhost:" + backend.port() + "/mcp"));
        SortedMap<String, Scenario> through = run.run(clients, gateway.endpoint(TEMPLATE));
        assertThat(through).as("%s", run).isEqualTo(direct);
        ConformanceReport report = new ConformanceReport(run, direct, through);
        document.sectionMustBe(report.heading(), report.table());
      }
    }
  }
}
