package dev.mcpsession.gateway.auth;

import dev.mcpsession.gateway.auth.VerifiedTokens.Verified;
import dev.mcpsession.gateway.route.McpResource;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Accepts access tokens that are JWTs (RFC 9068, RFC 6750) of the configured issuers, each request
 * by itself.
 */
public final class JwtAuthenticator implements Authenticator, AutoCloseable {
  /** The limit of each request to an issuer; at most three are needed for its keys. */
  private static final Duration REQUEST = Duration.ofSeconds(5);

  private static final Duration TICK = Duration.ofSeconds(1);

  private final Map<String, Trusted> issuers = new LinkedHashMap<>();
  private final ResourceMetadata metadata;
  private final InstantSource clock;
  private final VerifiedTokens verified = new VerifiedTokens();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("issuer-timer").factory());

  private record Trusted(IssuerSettings settings, IssuerKeys keys) {}

  /** A token whose signature is to be verified, and what for. */
  private record Signed(
      ByteBuffer hash, BearerToken parsed, IssuerSettings issuer, String resourceUrl) {}

  /**
   * @param metadata whose resources tokens are for
   * @param nanoTime a clock that nobody sets
   */
  public JwtAuthenticator(
      TokenSettings settings,
      ResourceMetadata metadata,
      InstantSource clock,
      LongSupplier nanoTime) {
    this(
        settings.issuers(),
        issuer -> new IssuerDocuments(issuer, settings.allowHttp(), REQUEST),
        metadata,
        clock,
        nanoTime,
        reading -> Thread.ofVirtual().name("issuer-keys").start(reading));
  }

  /** With keys from elsewhere, which are read elsewhere, for tests. */
  JwtAuthenticator(
      List<IssuerSettings> settings,
      Function<IssuerSettings, KeySource> sources,
      ResourceMetadata metadata,
      InstantSource clock,
      LongSupplier nanoTime,
      Executor background) {
    this.metadata = metadata;
    this.clock = clock;
    for (IssuerSettings issuer : settings) {
      IssuerKeys keys =
          new IssuerKeys(issuer.issuer(), sources.apply(issuer), background, nanoTime);
      if (issuers.put(issuer.issuer(), new Trusted(issuer, keys)) != null) {
        throw new IllegalArgumentException("issuer " + issuer.issuer() + " is there twice");
      }
    }
  }

  /** Begins to read the issuers' keys, and goes on doing so. Returns at once. */
  public void start() {
    var unused = timer.scheduleAtFixedRate(this::tick, 0, TICK.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Reads the keys for which it is time. */
  void tick() {
    issuers.values().forEach(issuer -> issuer.keys().tick());
  }

  /**
   * The issuers that did not answer when they were last asked, for the body of the readiness
   * endpoint: a sentence for each, with what follows from it. The gateway is ready all the same.
   */
  public List<String> away() {
    return issuers.values().stream()
        .flatMap(
            issuer -> {
              IssuerKeys.State state = issuer.keys().state();
              return state.fault().stream()
                  .map(
                      fault ->
                          "issuer "
                              + issuer.settings().issuer()
                              + ": "
                              + fault
                              + (state.keys().isEmpty()
                                  ? "; its tokens are answered with 503"
                                  : "; its last keys are used"));
            })
        .toList();
  }

  @Override
  public CompletionStage<Authentication> authenticate(
      @Nullable String authorization, McpResource resource) {
    Optional<String> sent =
        authorization == null ? Optional.empty() : BearerToken.in(authorization);
    return sent.isEmpty()
        ? completed(new Authentication.Missing())
        : authenticateToken(sent.get(), metadata.resourceUrl(resource));
  }

  private CompletionStage<Authentication> authenticateToken(String token, String resourceUrl) {
    ByteBuffer hash = VerifiedTokens.hash(token);
    try {
      Optional<Verified> known = verified.find(hash, clock.instant());
      if (known.isPresent()) {
        return completed(judged(known.get(), resourceUrl));
      }
      BearerToken parsed = BearerToken.parse(token);
      Trusted issuer = issuers.get(parsed.issuer());
      if (issuer == null) {
        throw new TokenRefusedException(
            TokenDefect.token_issuer, "the token is of an issuer that is not accepted here");
      }
      Signed signed = new Signed(hash, parsed, issuer.settings(), resourceUrl);
      IssuerKeys.State state = issuer.keys().state();
      IssuerKeySet.Verdict verdict = state.verify(parsed);
      return verdict == IssuerKeySet.Verdict.UNKNOWN_KEY
          ? issuer
              .keys()
              .refreshed()
              .thenApply(newer -> concluded(signed, newer.verify(parsed), newer))
          : completed(concluded(signed, verdict, state));
    } catch (TokenRefusedException e) {
      return completed(e.rejected());
    }
  }

  private Authentication concluded(
      Signed token, IssuerKeySet.Verdict verdict, IssuerKeys.State state) {
    return switch (verdict) {
      case VALID -> {
        Verified good = new Verified(token.issuer(), token.parsed().claims());
        Authentication judged = judged(good, token.resourceUrl());
        if (judged instanceof Authentication.Authenticated(Caller caller)) {
          verified.add(token.hash(), good, caller.expiresAt(), clock.instant());
        }
        yield judged;
      }
      case INVALID ->
          new Authentication.Rejected(
              TokenDefect.token_signature, "the token's signature is not of its issuer's key");
      case WRONG_ALGORITHM ->
          new Authentication.Rejected(
              TokenDefect.token_algorithm,
              "the token is signed with an algorithm that its issuer's key is not for");
      case UNKNOWN_KEY ->
          state
              .fault()
              .<Authentication>map(
                  fault ->
                      new Authentication.Undecided(
                          "the token cannot be verified now: the keys of issuer "
                              + token.issuer().issuer()
                              + " cannot be read; try again later"))
              .orElseGet(
                  () ->
                      new Authentication.Rejected(
                          TokenDefect.token_key,
                          "the token is signed with a key that its issuer does not publish"));
    };
  }

  private Authentication judged(Verified token, String resourceUrl) {
    try {
      return new Authentication.Authenticated(
          ClaimsJudgement.judge(token.claims(), token.issuer(), resourceUrl, clock.instant()));
    } catch (TokenRefusedException e) {
      return e.rejected();
    }
  }

  private static CompletionStage<Authentication> completed(Authentication result) {
    return CompletableFuture.completedStage(result);
  }

  /** Reads keys no more by itself; those that are known stay in use. */
  @Override
  public void close() {
    timer.shutdownNow();
  }
}
