package dev.mcpsession.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.cluster.TcpProxy;
import dev.mcpsession.config.IssuerProxies;
import dev.mcpsession.config.OperatorConfig;
import dev.mcpsession.kube.ClientFactory;
import dev.mcpsession.process.ApiServerContact;
import dev.mcpsession.process.leader.Identity;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The operator's process and its informers while the way to the API server is away. */
@ClusterTest
class ApiServerOutageIT {
  private final List<String> deposed = new CopyOnWriteArrayList<>();
  private Cluster cluster;
  private String namespace;
  private TcpProxy proxy;

  @BeforeEach
  void open(Cluster given) throws IOException {
    cluster = given;
    namespace = given.newNamespace();
    URI server = URI.create(given.client().getConfiguration().getMasterUrl());
    proxy =
        new TcpProxy(
            new InetSocketAddress(server.getHost(), server.getPort() < 0 ? 443 : server.getPort()));
  }

  @AfterEach
  void close() throws IOException {
    proxy.close();
  }

  @Test
  void aLeaderStaysTheLeaderAndIsNotReadyMeanwhile() throws Exception {
    try (OperatorProcess process = startOperator()) {
      await().atMost(Duration.ofSeconds(60)).until(() -> process.notReadyReason().isEmpty());

      proxy.cut();
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () ->
                  assertThat(process.notReadyReason())
                      .get()
                      .asString()
                      .matches("API server not heard for 1\\d s: .+"));
      proxy.restore();
      await().atMost(Duration.ofSeconds(20)).until(() -> process.notReadyReason().isEmpty());

      proxy.silence();
      await().atMost(Duration.ofSeconds(20)).until(() -> process.notReadyReason().isPresent());
      proxy.restore();
      await().atMost(Duration.ofSeconds(30)).until(() -> process.notReadyReason().isEmpty());
      assertThat(deposed).isEmpty();
    }
  }

  @Test
  void anOperatorThatBeginsDuringAnOutageStartsAfterIt() throws Exception {
    proxy.cut();
    try (OperatorProcess process = startOperator()) {
      await()
          .untilAsserted(
              () ->
                  assertThat(process.notReadyReason())
                      .get()
                      .asString()
                      .contains("cannot be reached"));
      proxy.restore();
      await().atMost(Duration.ofSeconds(60)).until(() -> process.notReadyReason().isEmpty());
    }
  }

  @Test
  void anInformerCatchesUpThoughNoRequestIsRepeated() throws Exception {
    ApiServerContact contact = new ApiServerContact(System::nanoTime);
    try (KubernetesClient client =
            ClientFactory.build(
                throughProxy(), "test", () -> true, Map.of("api-server-contact", contact));
        SharedIndexInformer<ConfigMap> informer =
            client.configMaps().inNamespace(namespace).inform()) {
      make("before");
      await().until(() -> knows(informer, "before"));
      proxy.cut();
      make("during");
      await()
          .during(Duration.ofSeconds(8))
          .atMost(Duration.ofSeconds(9))
          .until(() -> !knows(informer, "during"));
      proxy.restore();
      await().atMost(Duration.ofSeconds(45)).until(() -> knows(informer, "during"));
      make("after");
      await().until(() -> knows(informer, "after"));
    }
  }

  private OperatorProcess startOperator() throws IOException {
    return OperatorProcess.start(
        throughProxy(),
        OperatorConfig.defaults(),
        new OperatorOptions(
            Set.of(namespace),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            true,
            Identity.of(null, "test"),
            namespace,
            IssuerProxies.none()),
        deposed::add);
  }

  private Config throughProxy() {
    Config config = Config.fromKubeconfig(cluster.kubeconfig().toFile());
    config.setMasterUrl("https://127.0.0.1:" + proxy.port() + "/");
    return config;
  }

  private void make(String name) {
    cluster
        .client()
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .build())
        .create();
  }

  private boolean knows(SharedIndexInformer<ConfigMap> informer, String name) {
    return informer.getIndexer().getByKey(namespace + "/" + name) != null;
  }
}
