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

            shows the state of a session, what the operator does with it now and next, and why. It runs the operator's own
            planner, for the current time and for each time at which the planner requests a requeue. Nothing is written and no
            token issuer is called; no secret value is shown.

            ```
            %s```

            - *Now* is what the operator would do in a reconcile at this time. With a running operator it is `nothing to do`, or
              is done a moment later; if it stays, no operator is running.
            - *Next* holds if nothing changes before then: any use of the session moves its idle deadline.
            - *Left open* is what only the operator knows, because it is in its memory: pending answers of token issuers, what the
              API server refused a moment ago, how many replacements are in progress.
            - *Not readable* is what your own rights do not cover, and what is assumed about it.

            It reads with your rights: `get` on the session, `list` on Pods (with `get` alone it sees those that the status
            names) and `get` on Services. It reads the Secrets of token sources, which needs `get` on them, only if the operator
            watches them (`watchTokenSecrets`; pass the operator's configuration file with `--config`).

            For a session with a `templateRef` it needs `get` on McpSessionTemplates, and says besides from which template the
            session is made, what that gives, and what is in the way of it:

            ```
            Template:      tools, generation 3, which gives idleTimeoutSeconds, service, podTemplate
            ```

            The plugin accepts `-n`, `--context` and `--kubeconfig` like kubectl and needs Java 25. It finds the jar through
            `MCPS_JAR`, or in its own folder; the jar's `lib` folder must be next to the jar.

            Exit codes: 0 explained; 1 the session does not exist or is not readable; 2 a bad command line.

            ## cleanup

            ```sh
            java -jar target/mcp-session-operator.jar cleanup [--namespace NS]... [--timeout SECONDS]
            ```

            deletes every session and waits until all are gone, then deletes the PodDisruptionBudgets that the operator created. Run
            it before you uninstall the operator: a session whose tokens must be revoked waits for a running operator. The rights
            that it needs are in [permissions.md](permissions.md). With `--only-while-helm-uninstalls NS/RELEASE/REVISION`, which
            the chart's hook passes, it deletes nothing unless Helm is uninstalling that release. Exit codes: 0 no session is left;
            1 some are left after the timeout (default 300 s), listed with what they wait for, or nothing may be deleted; 2 a bad
            command line.
            """
                .formatted(Files.readString(TEXTS.resolve("nothing-to-do.txt"))));
  }
}
