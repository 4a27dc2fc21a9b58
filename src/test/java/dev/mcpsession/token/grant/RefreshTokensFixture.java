package dev.mcpsession.token.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpsession.VirtualTime;
import dev.mcpsession.api.OAuth2RefreshSource;
import dev.mcpsession.api.TokenSpec;
import dev.mcpsession.issuer.SingleUseIssuer;
import dev.mcpsession.retry.Sleeper;
import dev.mcpsession.token.CallLimits;
import dev.mcpsession.token.EndpointCalls;
import dev.mcpsession.token.Outages;
import dev.mcpsession.token.SourceState;
import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.TokenInfo;
import dev.mcpsession.token.TokenSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** One grant, its Secrets, its issuer, and operators that renew it. */
abstract class RefreshTokensFixture {
  static final Duration LIFE = Duration.ofMinutes(5);
  static final OAuth2RefreshSource SOURCE =
      new OAuth2RefreshSource(
          "https://git.example/token", "client", "grant", null, null, null, null, null, null, null);
  static final TokenSpec SPEC = new TokenSpec(null, null, null, null, null, SOURCE, null, null);

  final VirtualTime time = new VirtualTime();
  final GrantSecrets store = new GrantSecrets();
  final SingleUseIssuer issuer = new SingleUseIssuer(time, LIFE);
  final AtomicBoolean leads = new AtomicBoolean(true);

  /** Outages are forgotten at once: these tests are about one call at a time. */
  final EndpointCalls calls =
      new EndpointCalls(
          new CallLimits(20, 1), new Outages((delay, alarm) -> alarm.run(), time, () -> 0.5));

  private final List<RefreshTokens> opened = new ArrayList<>();
  final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  final RefreshTokens tokens = operator("one");

  @BeforeEach
  void secrets() {
    store.put("client", Map.of("client_id", "mcp", "client_secret", "s3cr3t"));
    login("r0");
  }

  @AfterEach
  void close() {
    opened.forEach(RefreshTokens::close);
    threads.shutdownNow();
  }

  void login(String refreshToken) {
    store.put("grant", Map.of("refresh_token", refreshToken));
  }

  SourceState state() {
    return RefreshTokens.state(SOURCE, "team", store::find);
  }

  void assertStored(String refreshToken, String accessToken) {
    assertThat(store.value("grant", "refresh_token")).isEqualTo(refreshToken);
    assertThat(store.value("grant", "access_token")).isEqualTo(accessToken);
  }

  void assertFails(TokenFailure.Kind kind, String words) {
    assertThatThrownBy(() -> tokens.issue(request(held -> true)))
        .hasMessageContaining(words)
        .isInstanceOfSatisfying(
            TokenFailure.class, failure -> assertThat(failure.kind()).isEqualTo(kind));
  }

  static TokenSource.Request request(Predicate<TokenInfo> acceptable) {
    return new TokenSource.Request("team", "alice", "uid-1", SPEC, acceptable);
  }

  RefreshTokens operator(String holder) {
    return operator(holder, time::pass);
  }

  RefreshTokens operator(String holder, Sleeper pause) {
    RefreshTokens made =
        new RefreshTokens(store::find, store, issuer, calls, holder, leads::get, time, time, pause);
    opened.add(made);
    return made;
  }
}
