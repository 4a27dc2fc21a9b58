package dev.mcpsession.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.Moments;
import dev.mcpsession.VirtualTime;
import dev.mcpsession.api.Condition;
import dev.mcpsession.plan.VirtualIssuer.Fate;
import dev.mcpsession.token.TokenInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * 1,000 sessions whose tokens expire at the same instant, with an issuer that takes 50 ms per call
 * and handles four calls at a time.
 */
class NoHerdTest {
  private static final int SESSIONS = 1_000;
  private static final int AT_A_TIME = 4;
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration CALL = Duration.ofMillis(50);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration OUTAGE = Duration.ofMinutes(10);

  /** The longest delay between two probes, and the calls of all sessions one after the other. */
  private static final Duration ALL_BACK =
      Duration.ofSeconds(30).plus(CALL.multipliedBy(SESSIONS / AT_A_TIME + 10));

  private final VirtualTime time = new VirtualTime();
  private final Instant begin = time.instant();

  @ParameterizedTest(name = "which live {0} s, within {1} s")
  @CsvSource({"3600,30", "300,10"})
  void renewalTimesAreSpreadOverATenthOfTheLead(long life, long tenth) {
    TokenInfo token = new TokenInfo(begin, begin.plusSeconds(life), null);
    VirtualCrowd crowd = crowd(Duration.ofSeconds(life), at -> Fate.token(CALL));
    Moments renewals =
        Moments.of(crowd.sessions().stream().map(session -> session.renewalOf(token)).toList());

    Instant last = begin.plusSeconds(life - 10 * tenth);
    assertThat(renewals.from(last.minusSeconds(tenth)).until(last.plusNanos(1)).count())
        .isEqualTo(SESSIONS);
    assertThat(renewals.busiest(SECOND))
        .as("a second of %s", renewals.perSecond(last.minusSeconds(tenth), (int) tenth))
        .isLessThan((int) (1.5 * SESSIONS / tenth));
  }

  @ParameterizedTest(name = "which live {0} s")
  @ValueSource(longs = {3600, 300})
  void aFewCallsAtATimeRenewAllTokensBeforeTheyExpire(long life) throws Exception {
    Instant expiry = begin.plusSeconds(life);
    VirtualCrowd crowd = crowd(Duration.ofSeconds(life), at -> Fate.token(CALL));
    VirtualIssuer issuer = crowd.issuer();
    crowd.run(expiry.minusMillis(1));
    assertThatAllServeBeyond(expiry, crowd);
    assertThat(issuer.arrivals()).hasSize(SESSIONS);
    assertThat(issuer.mostInFlight()).isLessThanOrEqualTo(AT_A_TIME);
  }

  /** Every call fails at once; the outage begins before or during the renewals. */
  @ParameterizedTest(name = "of {1} s, {0} s before the tokens expire")
  @CsvSource({"400,600", "325,600", "315,600", "200,20", "200,60", "290,3"})
  void whileAnIssuerIsOutOfOrderOneCallAtATimeProbesIt(long before, long seconds) throws Exception {
    Outage outage =
        new Outage(
            before, Duration.ofSeconds(seconds), at -> Fate.failure(Duration.ofMillis(5), null));
    time.pass(Duration.between(begin, outage.begin));
    outage.run();
    // Those that were sent before the first answer, and the probes.
    outage.assertCallsDuringIt(AT_A_TIME + 3 + seconds / 24);
    outage.assertThatAllAreBack();
  }

  @Test
  void whileAnIssuerIsSilentItIsProbedAsOftenAsTheTimeLimitAllows() throws Exception {
    Outage outage = new Outage(315, OUTAGE, at -> Fate.failure(Duration.ofSeconds(30), null));
    outage.run();
    outage.assertCallsDuringIt(AT_A_TIME + 1 + OUTAGE.toSeconds() / 31);
    outage.assertThatAllAreBack();
  }

  @Test
  void anIssuerThatAsksForPatienceGetsIt() throws Exception {
    Duration asked = Duration.ofMinutes(1);
    Outage outage =
        new Outage(200, Duration.ofSeconds(59), at -> Fate.failure(Duration.ofMillis(5), asked));
    time.pass(Duration.between(begin, outage.begin));
    outage.run();
    outage.assertCallsDuringIt(AT_A_TIME);
    outage.assertThatAllAreBack();
  }

  private VirtualCrowd crowd(Duration life, VirtualIssuer.Behaviour behaviour) {
    return new VirtualCrowd(
        time, SESSIONS, new TokenInfo(begin, begin.plus(life), null), life, AT_A_TIME, behaviour);
  }

  private static void assertThatAllServeBeyond(Instant instant, VirtualCrowd crowd) {
    assertThat(crowd.sessions())
        .allSatisfy(
            session ->
                assertThat(Objects.requireNonNull(session.servingToken()).expiresAt())
                    .isAfter(instant));
  }

  /** An outage of an issuer whose tokens live for an hour. */
  private final class Outage {
    private final Instant begin;
    private final Instant end;
    private final VirtualCrowd crowd;

    /**
     * @param before seconds from the beginning of the outage until the tokens expire
     * @param meanwhile how calls end during the outage; afterwards they succeed
     */
    Outage(long before, Duration length, VirtualIssuer.Behaviour meanwhile) {
      this.begin = NoHerdTest.this.begin.plus(HOUR).minusSeconds(before);
      this.end = begin.plus(length);
      this.crowd =
          crowd(
              HOUR,
              at -> at.isBefore(begin) || !at.isBefore(end) ? Fate.token(CALL) : meanwhile.at(at));
    }

    void run() throws Exception {
      crowd.run(end.plus(ALL_BACK));
    }

    void assertCallsDuringIt(long most) {
      Moments calls = Moments.of(crowd.issuer().arrivals()).from(begin).until(end);
      assertThat(calls.count())
          .as("calls during the outage: %s", calls.perSecond(begin, 100))
          .isBetween(1, (int) most);
    }

    /** Those whose renewal was due by then. */
    void assertThatAllAreBack() {
      assertThat(crowd.issuer().mostInFlight()).isLessThanOrEqualTo(AT_A_TIME);
      assertThat(crowd.sessions())
          .allSatisfy(
              session -> {
                assertThat(session.servingToken()).isNotNull();
                assertThat(session.servingToken().isExpired(end)).isFalse();
                assertThat(session.call().info()).isNull();
                assertThat(session.status().failures()).isZero();
                assertThat(session.status().nextAttemptTime()).isNull();
                assertThat(session.status().conditions())
                    .filteredOn(condition -> condition.type().equals("UpToDate"))
                    .allMatch(Condition::isTrue);
              });
    }
  }
}
