package dev.mcpsession.reconcile.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.SessionKey;
import dev.mcpsession.api.TokenSpec;
import dev.mcpsession.metrics.SessionMetrics;
import dev.mcpsession.plan.observed.TokenCall;
import dev.mcpsession.reconcile.memory.TokenCallState;
import dev.mcpsession.token.Token;
import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.TokenInfo;
import dev.mcpsession.token.TokenSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class TokenCallsTest {
  private static final Instant NOW = Instant.parse("2026-11-21T09:30:00Z");
  private static final SessionKey ALICE = new SessionKey("team", "alice", "uid-1");
  private static final TokenSpec SPEC =
      new TokenSpec(
          null,
          null,
          null,
          new TokenSpec.ServiceAccountSource("default", null, null),
          null,
          null,
          null,
          null);
  private static final String HASH = TokenCalls.hash(SPEC);
  private static final Token TOKEN = new Token("s3cr3t", new TokenInfo(NOW, null, "v1"));

  private final Queue<Runnable> pending = new ArrayDeque<>();
  private final List<SessionKey> answered = new ArrayList<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final TokenCallState state = new TokenCallState(closed::get);

  @Test
  void aCallIsInFlightUntilItAnswers() {
    begin(request -> TOKEN);
    assertThat(state.call(HASH)).isEqualTo(new TokenCall.InFlight(NOW));
    assertThat(state.token()).isNull();
    run();
    assertThat(state.call(HASH)).isEqualTo(new TokenCall.Issued(TOKEN.info()));
    assertThat(state.token()).isSameAs(TOKEN);
    assertThat(answered).containsExactly(ALICE);
  }

  @Test
  void aFailureIsRememberedWithWhatItWasFor() {
    begin(
        request -> {
          throw new TokenFailure(TokenFailure.Kind.MISSING, "create it", Duration.ofSeconds(7));
        });
    run();
    assertThat(state.call(HASH))
        .isEqualTo(
            new TokenCall.Failed(TokenFailure.Kind.MISSING, "create it", Duration.ofSeconds(7)));
    assertThat(state.inputs()).isEqualTo("inputs");
    assertThat(answered).containsExactly(ALICE);
  }

  @Test
  void anUnexpectedExceptionsMessageIsNotRepeated() {
    begin(
        request -> {
          throw new IllegalStateException("got s3cr3t");
        });
    run();
    assertThat(state.call(HASH))
        .isInstanceOfSatisfying(
            TokenCall.Failed.class,
            failed -> {
              assertThat(failed.kind()).isEqualTo(TokenFailure.Kind.FAILED);
              assertThat(failed.message()).contains("IllegalStateException");
              assertThat(failed.message()).doesNotContain("s3cr3t");
            });
  }

  @Test
  void anAnswerThatWasForgottenMeanwhileIsDropped() {
    begin(request -> TOKEN);
    state.forget();
    run();
    assertThat(state.call(HASH)).isEqualTo(new TokenCall.None());
    assertThat(state.token()).isNull();
    assertThat(answered).isEmpty();
  }

  @Test
  void anAnswerThatComesAfterTheSessionIsGoneIsDropped() {
    begin(request -> TOKEN);
    closed.set(true);
    run();
    assertThat(state.token()).isNull();
    assertThat(answered).isEmpty();
  }

  @Test
  void onlyTheLatestCallsAnswerCounts() {
    begin(request -> new Token("old", new TokenInfo(NOW, null, "v0")));
    begin(request -> TOKEN);
    run();
    assertThat(state.token()).isSameAs(TOKEN);
    assertThat(answered).containsExactly(ALICE);
  }

  @Test
  void anAnswerForAnotherSourceIsNoneForThisOne() {
    begin(request -> TOKEN);
    run();
    TokenSpec other =
        new TokenSpec(
            null,
            null,
            null,
            null,
            new TokenSpec.SecretSource("other", null, null),
            null,
            null,
            null);
    assertThat(state.call(TokenCalls.hash(other))).isEqualTo(new TokenCall.None());
  }

  private void begin(TokenSource source) {
    new TokenCalls(
            spec -> source,
            pending::add,
            InstantSource.fixed(NOW),
            new SessionMetrics(new SimpleMeterRegistry()),
            answered::add)
        .begin(ALICE, SPEC, "inputs", state);
  }

  private void run() {
    for (Runnable call = pending.poll(); call != null; call = pending.poll()) {
      call.run();
    }
  }
}
