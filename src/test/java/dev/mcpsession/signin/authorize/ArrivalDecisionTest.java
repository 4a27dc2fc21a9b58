package dev.mcpsession.signin.authorize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.signin.authorize.ArrivalDecision.Observation;
import dev.mcpsession.signin.authorize.PendingFlow.Asked;
import dev.mcpsession.signin.identity.Person;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArrivalDecisionTest {
  private static final Person ALICE =
      new Person(new Owner("https://git.example", "7"), "alice", Set.of(), "provider");
  private static final Person BOB =
      new Person(new Owner("https://git.example", "8"), "bob", Set.of(), "provider");

  private static Optional<Person> person(String name) {
    return Optional.ofNullable(name).map(it -> it.equals("alice") ? ALICE : BOB);
  }

  @ParameterizedTest(name = "{0}, known {1}, said {2}, token {3}, allowed {4}, needed {5}: {6}")
  @CsvSource({
    "UPSTREAM, , alice, true, true, false, StoreGrant alice",
    "UPSTREAM, , alice, false, true, false, NoRefreshToken",
    "UPSTREAM, , alice, true, false, false, NotAllowed alice",
    "UPSTREAM, , , true, true, false, Nobody",
    "UPSTREAM, bob, alice, true, true, false, StoreGrant bob",
    "UPSTREAM, bob, , true, true, false, StoreGrant bob",
    "UPSTREAM, bob, , false, true, false, NoRefreshToken",
    "IDENTITY_PROVIDER, , alice, false, true, false, Complete alice",
    "IDENTITY_PROVIDER, , alice, true, true, false, Complete alice",
    "IDENTITY_PROVIDER, , alice, true, true, true, AskUpstream alice",
    "IDENTITY_PROVIDER, , alice, false, false, true, NotAllowed alice",
    "IDENTITY_PROVIDER, , , false, true, true, Nobody"
  })
  void whatFollows(
      Asked asked,
      String known,
      String said,
      boolean hasToken,
      boolean isAllowed,
      boolean needsGrant,
      String expected) {
    PendingFlow flow =
        new PendingFlow(
            Optional.empty(),
            Optional.empty(),
            asked,
            "provider",
            person(known),
            "verifier",
            "nonce",
            Instant.MAX);

    ArrivalDecision decision =
        ArrivalDecision.of(new Observation(flow, person(said), hasToken, isAllowed, needsGrant));

    assertThat(shown(decision)).isEqualTo(expected);
  }

  private static String shown(ArrivalDecision decision) {
    return switch (decision) {
      case ArrivalDecision.AskUpstream it -> "AskUpstream " + it.person().name();
      case ArrivalDecision.StoreGrant it -> "StoreGrant " + it.person().name();
      case ArrivalDecision.Complete it -> "Complete " + it.person().name();
      case ArrivalDecision.NotAllowed it -> "NotAllowed " + it.person().name();
      case ArrivalDecision.NoRefreshToken it -> "NoRefreshToken";
      case ArrivalDecision.Nobody it -> "Nobody";
    };
  }
}
