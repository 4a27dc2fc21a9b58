package dev.mcpsession.signin.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.signin.identity.SignIn.RefreshState;
import dev.mcpsession.signin.identity.SignInLimits.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignInLimitsTest {
  private static final Instant BEGUN = Instant.parse("2026-11-28T10:00:00Z");
  private static final SignInLimits LIMITS =
      new SignInLimits(Duration.ofHours(1), Duration.ofHours(3));

  @ParameterizedTest
  @CsvSource({
    // last used, ended, at; each in seconds from the beginning
    "   0, false,     0, KEEP",
    "   0, false,  3599, KEEP",
    "   0, false,  3600, OVER",
    " 600, false,  3600, KEEP",
    " 600, false,  4200, OVER",
    "9000, false, 10799, KEEP",
    "9000, false, 10800, OVER",
    "   0, true,    119, KEEP",
    "   0, true,    120, ENDED",
  })
  void whatIsDueAtAnInstant(long lastUsed, boolean ended, long at, Verdict expected) {
    SignIn signIn =
        new SignIn(
            "id",
            new Person(new Owner("https://git.example", "17"), "alice", Set.of(), "fingerprint"),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            BEGUN,
            BEGUN.plusSeconds(lastUsed),
            new RefreshState(1, "hash", Optional.empty(), BEGUN),
            ended,
            Optional.empty());
    assertThat(LIMITS.at(signIn, BEGUN.plusSeconds(at))).isEqualTo(expected);
  }
}
