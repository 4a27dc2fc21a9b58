package dev.mcpsession.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.kube.ScriptedApiServer;
import dev.mcpsession.kube.ScriptedApiServer.Reply;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The role explain against an API server that has nothing to explain. */
class ExplainTest {
  @TempDir private Path folder;

  @Test
  void aKindThatIsNotThereIsToldFromANameThatIsNotThere() throws Exception {
    RoleRun run =
        against(request -> Reply.refusal(404, "NotFound", "the server could not find it"));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .contains("The API server does not know McpSession; install it with: kubectl apply");
  }

  @Test
  void credentialsThatAreNotAcceptedAreSaid() throws Exception {
    RoleRun run = against(request -> Reply.refusal(401, "Unauthorized", "Unauthorized"));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("does not accept your credentials");
  }

  @Test
  void anApiServerThatIsAwayIsSaid() throws Exception {
    Path kubeconfig = Files.writeString(folder.resolve("k"), OperatorChild.KUBECONFIG);
    RoleRun run = RoleRun.as(kubeconfig, "explain", "team/alice");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("The API server cannot be reached: connection refused");
  }

  @ParameterizedTest
  @ValueSource(strings = {"alice", "team/", "/alice", "team/alice/x", "Team/alice", ""})
  void whatIsNoNameOfASessionIsACommandLineThatCannotBeUsed(String name) throws Exception {
    Path kubeconfig = Files.writeString(folder.resolve("k"), OperatorChild.KUBECONFIG);
    RoleRun run = RoleRun.as(kubeconfig, "explain", name);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("is not NAMESPACE/NAME, such as team/alice");
  }

  @Test
  void withoutASessionTheCommandLineCannotBeUsed() throws Exception {
    Path kubeconfig = Files.writeString(folder.resolve("k"), OperatorChild.KUBECONFIG);
    RoleRun run = RoleRun.as(kubeconfig, "explain");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("Missing required parameter: 'NAMESPACE/NAME'");
  }

  @Test
  void aContextThatIsNotThereIsNamedWithThoseThatAre() throws Exception {
    Path kubeconfig = Files.writeString(folder.resolve("k"), OperatorChild.KUBECONFIG);
    RoleRun run = RoleRun.as(kubeconfig, "explain", "team/alice", "--context", "prod");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("has no context prod; there is: x");
  }

  private RoleRun against(Function<String, Reply> script) throws Exception {
    try (ScriptedApiServer server = new ScriptedApiServer(script)) {
      Path kubeconfig =
          Files.writeString(
              folder.resolve("k"),
              OperatorChild.KUBECONFIG.replace(
                  "https://127.0.0.1:1", server.config().getMasterUrl()));
      RoleRun run = RoleRun.as(kubeconfig, "explain", "team/alice");
      assertThat(server.requests).isNotEmpty().allSatisfy(it -> assertThat(it).startsWith("GET "));
      return run;
    }
  }
}
