package dev.mcpsession.signin.http;

import dev.mcpsession.gateway.site.SiteAnswer;
import dev.mcpsession.gateway.site.SiteRequest;
import dev.mcpsession.signin.authorize.PendingFlow;
import dev.mcpsession.signin.key.Purpose;
import dev.mcpsession.signin.provider.Provider;
import dev.mcpsession.signin.provider.ProviderException;
import dev.mcpsession.signin.web.Cookies;
import dev.mcpsession.signin.web.PageAnswers;
import dev.mcpsession.signin.web.RandomTexts;
import dev.mcpsession.signin.web.SealedValues;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Sends users to providers, and knows them when they come back: by a cookie of their browser, one
 * for each time they were sent, named by the parameter state.
 */
final class Flows {
  private static final String NAME = "mcp-flow-";

  /** In one browser, besides the newest: all cookies together must fit into a request's headers. */
  private static final int MOST_OTHERS = 2;

  private final SealedValues sealed;
  private final Cookies cookies;
  private final PageAnswers answers;
  private final RandomTexts random;
  private final InstantSource clock;

  Flows(
      SealedValues sealed,
      Cookies cookies,
      PageAnswers answers,
      RandomTexts random,
      InstantSource clock) {
    this.sealed = sealed;
    this.cookies = cookies;
    this.answers = answers;
    this.random = random;
    this.clock = clock;
  }

  /** What makes a flow of a fresh code verifier and a nonce. */
  @FunctionalInterface
  interface Beginning {
    PendingFlow flow(String codeVerifier, String nonce, Instant expiresAt);
  }

  /** Sends a user to a provider. */
  SiteAnswer depart(SiteRequest request, Provider provider, boolean freshLogin, Beginning beginning)
      throws ProviderException {
    String state = random.next();
    String verifier = random.nextVerifier();
    String nonce = random.next();
    PendingFlow flow = beginning.flow(verifier, nonce, clock.instant().plus(PendingFlow.LONGEST));
    String url =
        provider
            .authorizationUrl(
                new Provider.Departure(state, RandomTexts.hash(verifier), nonce, freshLogin))
            .toString();
    SiteAnswer answer =
        answers
            .leave(request, url)
            .with(
                "Set-Cookie",
                cookies.set(NAME + state, sealed.seal(Purpose.PENDING, flow), PendingFlow.LONGEST));
    return withoutOld(request, answer);
  }

  /** Takes away the cookies of flows that are over, and of the oldest if there are too many. */
  private SiteAnswer withoutOld(SiteRequest request, SiteAnswer answer) {
    Map<String, Instant> ends = new LinkedHashMap<>();
    cookies
        .of(request)
        .forEach(
            (name, value) -> {
              if (name.startsWith(NAME)) {
                ends.put(name, open(value).map(PendingFlow::expiresAt).orElse(Instant.MIN));
              }
            });
    SiteAnswer trimmed = answer;
    for (String old :
        ends.entrySet().stream()
            .sorted(Map.Entry.<String, Instant>comparingByValue(Comparator.reverseOrder()))
            .skip(MOST_OTHERS)
            .map(Map.Entry::getKey)
            .toList()) {
      trimmed = trimmed.with("Set-Cookie", cookies.drop(old));
    }
    return trimmed;
  }

  private Optional<PendingFlow> open(String value) {
    return sealed
        .open(Purpose.PENDING, PendingFlow.class, value)
        .filter(flow -> !flow.isOver(clock.instant()));
  }

  /** The flow that a user comes back with; empty: it was not begun in this browser, or is over. */
  Optional<PendingFlow> arrived(SiteRequest request, String state) {
    return cookies.find(request, NAME + state).flatMap(this::open);
  }

  /** The same answer; the flow cannot be gone on with any more. */
  SiteAnswer ended(String state, SiteAnswer answer) {
    return answer.with("Set-Cookie", cookies.drop(NAME + state));
  }
}
