package dev.mcpsession.signin.kubernetes;

import static dev.mcpsession.signin.kubernetes.ExampleSignIns.ALICE;
import static dev.mcpsession.signin.kubernetes.ExampleSignIns.FORGEJO;
import static dev.mcpsession.signin.kubernetes.ExampleSignIns.NOW;
import static dev.mcpsession.signin.kubernetes.ExampleSignIns.ofAccountPage;
import static dev.mcpsession.signin.kubernetes.ExampleSignIns.ofClient;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.signin.identity.MemorySignIns;
import dev.mcpsession.signin.identity.SignIn;
import dev.mcpsession.signin.identity.StoreException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GrantRejectionsTest {
  private final MemorySignIns signIns =
      new MemorySignIns(InstantSource.fixed(NOW.plus(Duration.ofHours(1))));
  private final GrantRejections rejections = new GrantRejections(signIns, Runnable::run);

  @BeforeEach
  void signIns() throws StoreException {
    signIns.create(ofClient("before", FORGEJO, NOW));
    signIns.create(ofClient("after", FORGEJO, NOW.plusSeconds(20)));
    signIns.create(ofClient("other template", new McpResource("team", "other"), NOW));
    signIns.create(ofAccountPage("page", NOW));
  }

  private static McpSession session(String reason, Instant at) {
    return Serialization.unmarshal(
        """
        apiVersion: mcpsession.dev/v1alpha1
        kind: McpSession
        metadata: {name: forgejo-a, namespace: team, uid: u}
        spec:
          owner: {issuer: '%s', subject: '%s'}
          templateRef: {name: forgejo}
        status:
          conditions:
            - {type: TokenValid, status: 'False', reason: %s, message: m, lastTransitionTime: '%s'}
        """
            .formatted(ALICE.issuer(), ALICE.subject(), reason, at),
        McpSession.class);
  }

  @Test
  void theSignInsForThatTemplateThatBeganBeforeTheRejectionEnd() {
    rejections.sessionChanged(null, session("GrantRejected", NOW.plusSeconds(10)));
    assertThat(signIns.of(ALICE))
        .extracting(SignIn::id)
        .containsExactlyInAnyOrder("after", "other template", "page");
  }

  @Test
  void aRejectionCountsOnceWhateverElseChangesOfItsSession() {
    McpSession rejected = session("GrantRejected", NOW.plusSeconds(60));
    rejections.sessionChanged(rejected, session("GrantRejected", NOW.plusSeconds(60)));
    rejections.sessionChanged(rejected, null);
    assertThat(signIns.of(ALICE)).hasSize(4);
  }

  @Test
  void anyOtherTroubleWithATokenEndsNothing() {
    rejections.sessionChanged(null, session("RefreshFailed", NOW.plusSeconds(60)));
    assertThat(signIns.of(ALICE)).hasSize(4);
  }
}
