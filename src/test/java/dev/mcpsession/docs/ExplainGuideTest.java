package dev.mcpsession.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ExplainGuideTest {
  private static final Path TEXTS = Path.of("src/test/resources/explain");

  @Test
  void theExampleIsWhatExplainSays() throws IOException {
    GeneratedDocument.named("explain.md")
        .mustBe(
            """
            # Explain and clean up

            Two more roles of the operator's jar, for people. Neither needs a running operator.

            ## explain

            ```sh
            java -jar target/mcp-session-operator.jar explain NAMESPACE/NAME
            kubectl mcps explain NAME -n NAMESPACE   # with plugin/kubectl-mcps on the PATH
            ```

            says where a session stands, what the operator does with it now and next, and why. The planner that
            the operator asks is asked here, for this instant and for those at which it wants to look again. Nothing is
            written and no token issuer is called; no secret value is shown.

            ```
            %s```

            - *Now* is what an operator that looks at this instant does. With one that runs, this is `nothing to do`, or is
              done a moment later; what stays there is a sign that none runs.
            - *Next* holds if nothing changes before: each touch of the session moves its idle deadline.
            - *Left open* is what depends on the operator's memory: answers of token issuers that are awaited, what the API server
              refused a moment ago, how many replacements go on.
            - *Not readable* is what your own rights do not cover, and what is supposed of it.

            It reads with your rights: `get` on the session, `list` on Pods (with `get` alone it sees those that the status
            names) and `get` on Services. Only where the operator watches the Secrets of token sources (`watchTokenSecrets`; give
            `--config` with its configuration file) are they read, which takes `get` on them.

            The plugin takes `-n`, `--context` and `--kubeconfig` as kubectl does and needs a Java 25. It finds the jar by
            `MCPS_JAR`, or beside itself; the jar's `lib` folder must be beside the jar.

            Exit codes: 0 explained; 1 there is no such session, or it is not readable; 2 a bad command line.

            ## cleanup

            ```sh
            java -jar target/mcp-session-operator.jar cleanup [--namespace NS]... [--timeout SECONDS]
            ```

            deletes every session and waits until all are gone, then deletes the PodDisruptionBudgets that the operator made. Run it
            before the operator is uninstalled: a session whose tokens are to be revoked waits for an operator. Its rights are in
            [permissions.md](permissions.md). Exit codes: 0 none is left; 1 some are left after the timeout (default 300 s), named
            with what they wait for; 2 a bad command line.
            """
                .formatted(Files.readString(TEXTS.resolve("nothing-to-do.txt"))));
  }
}
