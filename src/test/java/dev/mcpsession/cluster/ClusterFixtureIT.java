package dev.mcpsession.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

@ClusterTest
class ClusterFixtureIT {
  private final Cluster cluster;

  ClusterFixtureIT(Cluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void aClassHasANamespaceOfItsOwnAndMayHaveMore(Cluster same) {
    assertThat(same).isSameAs(cluster);
    assertThat(cluster.namespace()).startsWith("clusterfixtureit-");
    assertThat(cluster.newNamespace()).isNotEqualTo(cluster.namespace());
    assertThat(cluster.sessions().list().getItems()).isEmpty();
  }
}
