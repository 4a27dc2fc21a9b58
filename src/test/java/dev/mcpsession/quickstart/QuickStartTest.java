package dev.mcpsession.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.embedded.EmbeddedCluster;
import dev.mcpsession.embedded.LoopbackAddresses;
import dev.mcpsession.embedded.ProcessNode;
import dev.mcpsession.issuer.ForgejoIssuer;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What the quick start says when it does not work, and of sign-in; the rest is what it is run for.
 */
final class QuickStartTest {
  @Test
  void anOperatorThatDoesNotStartIsReportedAndEndsItWithOne() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    OperatorStart broken =
        (cluster, tokenEndpoint) -> {
          throw new IOException("port taken");
        };

    int code = new QuickStart(broken, new PrintStream(out, true, StandardCharsets.UTF_8)).run();

    assertThat(code).isEqualTo(1);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("embedded stand-in for a cluster")
        .contains("not what should have happened: port taken");
  }

  @Test
  void theStoryOfSignInNamesWhatHappensInItsOrderAndNoToken() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    List<String> secrets;
    try (EmbeddedCluster cluster = EmbeddedCluster.start(Path.of("crds"));
        KubernetesClient client = cluster.newClient();
        ProcessNode node = ProcessNode.start(client);
        ForgejoIssuer forgejo = ForgejoIssuer.start();
        OperatorStart.Running operator =
            QuickStart.startOperator(cluster.clientConfig(), forgejo.tokenEndpoint())) {
      assertThat(node.directory()).exists();
      assertThat(operator.httpPort()).isPositive();
      new SignInStory(
              client,
              forgejo,
              LoopbackAddresses.freePort(8080),
              new Timeline(new PrintStream(out, true, StandardCharsets.UTF_8)))
          .tell();
      secrets = List.copyOf(forgejo.secrets());
    }

    assertThat(out.toString(StandardCharsets.UTF_8))
        .containsSubsequence(
            "McpSessionTemplate default/forgejo",
            "grace's connects to http://localhost:",
            "is told to sign in at http://localhost:",
            "allows the client at the gateway, signs in at Forgejo",
            "exchanges the code for a token",
            "keeps two Secrets: signin-",
            "grant-",
            "is one that Forgejo gave to grace",
            "heidi's connects",
            "is one that Forgejo gave to heidi",
            "two users, two Pods, two tokens",
            "takes the grant back",
            "Evicted: GrantRejected",
            "grace's is refused: 401, invalid_token; and so is its refresh token: invalid_grant",
            "allows the client at the gateway, signs in at Forgejo",
            "is one that Forgejo gave to grace",
            "grace has signed in again, and has another token; heidi noticed nothing")
        .doesNotContain(secrets)
        .doesNotContain("eyJ");
  }
}
