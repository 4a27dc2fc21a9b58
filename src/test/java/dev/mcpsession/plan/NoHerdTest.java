package dev.mcpsession.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.Moments;
import dev.mcpsession.VirtualTime;
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

  /** The longest delay between two tries, plus some time for queued calls. */
  private static final Duration ALL_BACK = Duration.ofMinutes(5).plusSeconds(15);

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
    VirtualIssuer issuer = issuer(Duration.ofSeconds(life), at -> Fate.token(CALL));
    VirtualCrowd crowd = crowd(issuer, Duration.ofSeconds(life));
    crowd.run(expiry.minusMillis(1));
    assertThatAllServeBeyond(expiry, crowd);
    assertThat(issuer.arrivals()).hasSize(SESSIONS);
    assertThat(issuer.mostInFlight()).isLessThanOrEqualTo(AT_A_TIME);
  }

  /** Every call fails at once; the outage begins before or during the renewals. */
  @ParameterizedTest(name = "{0} s before the tokens expire")
  @ValueSource(longs = {400, 325, 315})
  void afterAnOutageTheCallsAreSpread(long before) throws Exception {
    Outage outage = new Outage(before, OUTAGE, at -> Fate.failure(Duration.ofMillis(5), null));
    outage.run();
    outage.assertThatNoSecondGetsMoreThan(0.05);
  }

  /**
   * As after a downtime of the operator in which all tokens fell due: all sessions first fail at
   * the same time.
   */
  @ParameterizedTest(name = "of {0} s")
  @CsvSource({"20,0.1", "60,0.1", "600,0.05"})
  void sessionsThatBeganToFailInTheSameInstantDoNotReturnTogether(long seconds, double share)
      throws Exception {
    Outage outage =
        new Outage(
            200, Duration.ofSeconds(seconds), at -> Fate.failure(Duration.ofMillis(5), null));
    time.pass(Duration.between(begin, outage.begin));
    outage.run();
    outage.assertThatNoSecondGetsMoreThan(share);
  }

  @Test
  void whatWaitedInLineForASilentIssuerIsLetThroughAFewAtATime() throws Exception {
    Outage outage = new Outage(315, OUTAGE, at -> Fate.failure(Duration.ofSeconds(30), null));
    outage.run();
    outage.assertThatNoSecondGetsMoreThan(0.1);
  }

  @Test
  void sessionsThatWereAskedToWaitForTheSameTimeDoNotReturnTogether() throws Exception {
    Outage outage =
        new Outage(
            200,
            Duration.ofSeconds(45),
            at -> Fate.failure(Duration.ofMillis(5), Duration.ofMinutes(1)));
    time.pass(Duration.between(begin, outage.begin));
    outage.run();
    outage.assertThatNoSecondGetsMoreThan(0.1);
  }

  @Test
  void sessionsThatWereAskedToWaitUntilTheSameInstantDoNotReturnTogether() throws Exception {
    Instant back = begin.plus(HOUR).minusSeconds(280);
    Outage outage =
        new Outage(
            340,
            Duration.ofMinutes(1),
            at -> Fate.failure(Duration.ofMillis(5), Duration.between(at, back)));
    outage.run();
    assertThat(outage.end).isEqualTo(back);
    outage.assertThatNoSecondGetsMoreThan(0.1);
  }

  private VirtualIssuer issuer(Duration life, VirtualIssuer.Behaviour behaviour) {
    return new VirtualIssuer(time, life, AT_A_TIME, behaviour);
  }

  private VirtualCrowd crowd(Duration life, VirtualIssuer.Behaviour behaviour) {
    return crowd(issuer(life, behaviour), life);
  }

  private VirtualCrowd crowd(VirtualIssuer issuer, Duration life) {
    return new VirtualCrowd(time, issuer, SESSIONS, new TokenInfo(begin, begin.plus(life), null));
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
    private final VirtualIssuer issuer;
    private final VirtualCrowd crowd;

    /**
     * @param before seconds from the beginning of the outage until the tokens expire
     * @param meanwhile how calls end during the outage; afterwards they succeed
     */
    Outage(long before, Duration length, VirtualIssuer.Behaviour meanwhile) {
      this.begin = NoHerdTest.this.begin.plus(HOUR).minusSeconds(before);
      this.end = begin.plus(length);
      this.issuer =
          issuer(
              HOUR,
              at -> at.isBefore(begin) || !at.isBefore(end) ? Fate.token(CALL) : meanwhile.at(at));
      this.crowd = crowd(issuer, HOUR);
    }

    void run() throws Exception {
      crowd.run(end.plus(ALL_BACK));
    }

    /** Also asserts that all sessions have a new token in the end. */
    void assertThatNoSecondGetsMoreThan(double share) {
      Moments calls = Moments.of(issuer.arrivals()).from(end);
      assertThat(calls.busiest(SECOND))
          .as("a second after the outage: %s", calls.perSecond(end, 60))
          .isBetween(1, (int) (share * SESSIONS));
      assertThat(issuer.mostInFlight()).isLessThanOrEqualTo(AT_A_TIME);
      Moments wanted = Moments.of(crowd.demands()).from(end);
      assertThat(wanted.busiest(SECOND))
          .as("a second after the outage, if the calls were not limited")
          .isLessThanOrEqualTo((int) (share * SESSIONS));
      assertThatAllServeBeyond(NoHerdTest.this.begin.plus(HOUR), crowd);
    }
  }
}
