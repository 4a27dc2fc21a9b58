package dev.mcpsession.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.Names;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.reconcile.memory.ReplacementSlots;
import dev.mcpsession.reconcile.memory.SessionEntries;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionUpdateFilterTest {
  private static final Instant NOW = Instant.parse("2026-11-21T09:30:00Z");
  private static final String SUSPENDED =
      "{conditions: [{type: Ready, status: 'False', reason: SuspendedIdle, message: '',"
          + " lastTransitionTime: 2026-11-21T09:00:00Z}]}";

  private final SessionEntries entries =
      new SessionEntries(key -> true, new ReplacementSlots(1, key -> {}));
  private final SessionUpdateFilter filter =
      new SessionUpdateFilter(entries, McpSession::getSpec, InstantSource.fixed(NOW));

  @ParameterizedTest(name = "lastActive from {0} to {1} {2}: passes {3}")
  @CsvSource(
      nullValues = "none",
      value = {
        "2026-11-21T09:00:00Z,2026-11-21T09:01:00Z,serving,false",
        "2026-11-21T09:00:00Z,2026-11-21T09:00:00Z,serving,false",
        "none,none,serving,false",
        "2026-11-21T09:01:00Z,2026-11-21T09:00:00Z,serving,true",
        "2026-11-21T09:00:00Z,garbage,serving,true",
        "2026-11-21T09:00:00Z,2026-11-21T19:00:00Z,serving,true",
        "garbage,2026-11-21T09:00:00Z,serving,true",
        "garbage,garbage,serving,false",
        "none,2026-11-21T09:00:00Z,serving,true",
        "2026-11-21T09:00:00Z,none,serving,true",
        "2026-11-21T09:00:00Z,2026-11-21T09:01:00Z,suspended,true"
      })
  void aHeartbeatPassesOnlyWhenItCanChangeADecision(
      String before, String now, String state, boolean passes) {
    String status = state.equals("suspended") ? SUSPENDED : "{revision: 1}";
    assertThat(
            filter.accept(
                session(annotation("lastActive", now), "", status),
                session(annotation("lastActive", before), "", status)))
        .isEqualTo(passes);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "generation: 2",
        "deletionTimestamp: 2026-11-21T09:30:00Z",
        "uid: another",
        "annotations: {mcpsession.dev/restartedAt: now}"
      })
  void aChangeOfWhatIsAskedForPasses(String change) {
    assertThat(filter.accept(session("", change, "{}"), session("", "", "{}"))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"{revision: 2},true", "{revision: 1},false", "{},true"})
  void aStatusPassesUnlessItIsTheOneWeWroteLast(String status, boolean passes) {
    McpSession written = session("", "", "{revision: 1}");
    entries.of(SessionKey.of(written)).writes().wrote(written, "1");
    assertThat(filter.accept(session("", "", status), session("", "", "{revision: 7}")))
        .isEqualTo(passes);
  }

  @ParameterizedTest
  @CsvSource({"labels: {a: b}", "resourceVersion: '9'", "annotations: {other: x}"})
  void whatConcernsNobodyDoesNotPass(String change) {
    assertThat(filter.accept(session("", change, "{}"), session("", "", "{}"))).isFalse();
  }

  @ParameterizedTest(name = "our finalizer from {0} to {1}, wanted {2}: passes {3}")
  @CsvSource({
    "true,false,true,true",
    "false,true,false,true",
    "false,true,true,false",
    "true,false,false,false",
    "false,false,true,false"
  })
  void ourFinalizerPassesUnlessItIsAsItShouldBe(
      boolean before, boolean now, boolean wanted, boolean passes) {
    assertThat(filter.accept(ending(now, wanted), ending(before, wanted))).isEqualTo(passes);
  }

  private static McpSession ending(boolean finalizer, boolean wanted) {
    String source =
        "{tokenEndpoint: 'https://idp/token', clientSecretName: client"
            + (wanted ? ", revocationEndpoint: 'https://idp/revoke'}" : "}");
    return Serialization.unmarshal(
        "metadata: {name: alice, namespace: team, uid: uid-1, generation: 1, finalizers: ["
            + (finalizer ? Names.REVOCATION_FINALIZER : "")
            + "]}\nspec: {user: alice, token: {oauth2ClientCredentials: "
            + source
            + "}}\n",
        McpSession.class);
  }

  private static String annotation(String name, String value) {
    return value == null ? "" : "annotations: {mcpsession.dev/" + name + ": '" + value + "'}";
  }

  private static McpSession session(String annotations, String change, String status) {
    String uid = change.startsWith("uid") ? "" : "  uid: uid-1\n";
    String generation = change.startsWith("generation") ? "" : "  generation: 1\n";
    return Serialization.unmarshal(
        "metadata:\n  name: alice\n  namespace: team\n"
            + uid
            + generation
            + (annotations.isEmpty() ? "" : "  " + annotations + "\n")
            + (change.isEmpty() ? "" : "  " + change + "\n")
            + "status: "
            + status
            + "\n",
        McpSession.class);
  }
}
