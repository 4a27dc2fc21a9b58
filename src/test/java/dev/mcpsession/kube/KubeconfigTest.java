package dev.mcpsession.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The API server is reached directly, whatever proxy is meant for issuers. The client reads each
 * variable of the environment also as a property, by which the test sets it.
 */
class KubeconfigTest {
  private static final Map<String, String> PROXIES =
      Map.of(
          "https.proxy", "http://me:s3cr3t@proxy.example:3128",
          "http.proxy", "http://me:s3cr3t@proxy.example:3128",
          "all.proxy", "http://me:s3cr3t@proxy.example:3128",
          "no.proxy", "git.example",
          "proxy.username", "me",
          "proxy.password", "s3cr3t");

  @TempDir private Path folder;
  private final Map<String, String> before = new TreeMap<>();
  private final ProxySelector selector = ProxySelector.getDefault();

  @BeforeEach
  void nameProxies() {
    PROXIES.forEach(this::set);
  }

  @AfterEach
  void restore() {
    ProxySelector.setDefault(selector);
    before.forEach(
        (name, value) -> {
          if (value.isEmpty()) {
            System.clearProperty(name);
          } else {
            System.setProperty(name, value);
          }
        });
  }

  @Test
  void aKubeconfigThatIsFoundIsUsedWithoutThem() throws Exception {
    set("kubeconfig", kubeconfig("").toString());
    assertDirect(Kubeconfig.find(null, null, false));
  }

  @Test
  void aKubeconfigThatIsGivenIsUsedWithoutThem() throws Exception {
    assertDirect(Kubeconfig.find(kubeconfig(""), null, false));
  }

  @Test
  void aPodsServiceAccountIsUsedWithoutThem() throws Exception {
    set("kubeconfig", folder.resolve("none").toString());
    assertDirect(Kubeconfig.find(null, null, true));
  }

  @Test
  void theProxyOfAKubeconfigIsUsed() throws Exception {
    Path file = kubeconfig(", proxy-url: 'http://bastion.example:8080'");
    set("kubeconfig", file.toString());
    for (Config config :
        new Config[] {Kubeconfig.find(null, null, false), Kubeconfig.find(file, null, false)}) {
      assertThat(config.getHttpsProxy()).isEqualTo("http://bastion.example:8080");
      assertThat(config.getNoProxy()).isNull();
      assertThat(config.getProxyUsername()).isNull();
    }
  }

  @Test
  void theProxyOfJavasPropertiesIsNotUsedEither() {
    ProxySelector.setDefault(
        ProxySelector.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1)));
    try (ScriptedApiServer server =
            new ScriptedApiServer(r -> new ScriptedApiServer.Reply(200, "{\"major\": \"1\"}"));
        KubernetesClient client =
            ClientFactory.build(server.config(), "test", () -> false, Map.of())) {
      assertThat(client.getKubernetesVersion().getMajor()).isEqualTo("1");
    }
  }

  private static void assertDirect(Config config) {
    assertThat(config.getHttpsProxy()).isNull();
    assertThat(config.getHttpProxy()).isNull();
    assertThat(config.getNoProxy()).isNull();
    assertThat(config.getProxyUsername()).isNull();
    assertThat(config.getProxyPassword()).isNull();
  }

  private Path kubeconfig(String more) throws Exception {
    return Files.writeString(
        folder.resolve("config"),
        """
        apiVersion: v1
        kind: Config
        current-context: a
        contexts: [{name: a, context: {cluster: c, user: u}}]
        users: [{name: u, user: {token: t}}]
        clusters: [{name: c, cluster: {server: 'https://api.example:6443'%s}}]
        """
            .formatted(more));
  }

  private void set(String name, String value) {
    String old = System.setProperty(name, value);
    before.putIfAbsent(name, old == null ? "" : old);
  }
}
