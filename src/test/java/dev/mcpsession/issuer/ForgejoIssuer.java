package dev.mcpsession.issuer;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toUnmodifiableSet;

import com.github.tomakehurst.wiremock.WireMockServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * A stand-in for Forgejo's OAuth 2 provider with INVALIDATE_REFRESH_TOKENS: its token endpoint
 * answers as Forgejo does, or with a fault, and notes every call. People sign in and consent on one
 * page, each with a name and without a password. What differs: the use of a used refresh token ends
 * the grant, until {@link #reuseEndsGrant} says otherwise, concurrent uses of one are told apart,
 * and every request for authorization must use PKCE.
 */
public final class ForgejoIssuer implements Issuer, AutoCloseable {
  private static final String PATH = "/login/oauth/access_token";

  /** So many calls can be slow or silent at a time. */
  private static final int THREADS = 64;

  private final String clientId = UUID.randomUUID().toString();
  private final String clientSecret = "gto_" + UUID.randomUUID().toString().replace("-", "");
  private final ForgejoGrants grants = new ForgejoGrants();
  private final IssuerFaults faults = new IssuerFaults();
  private final ForgejoPeople people = new ForgejoPeople();
  private final ForgejoEndpoint endpoint =
      new ForgejoEndpoint(clientId, clientSecret, people, grants, faults);
  private final ForgejoPages pages = new ForgejoPages(clientId, people, grants);
  private final WireMockServer server =
      new WireMockServer(
          wireMockConfig()
              .bindAddress("127.0.0.1")
              .dynamicPort()
              .containerThreads(THREADS)
              .jettyAcceptors(1)
              // A fault of an HTTP/2 stream is another one.
              .http2PlainDisabled(true)
              .disableRequestJournal()
              .extensions(endpoint, pages));

  private ForgejoIssuer() {}

  /** On a free port of the loopback address. */
  public static ForgejoIssuer start() {
    ForgejoIssuer issuer = new ForgejoIssuer();
    issuer.server.start();
    issuer.server.stubFor(
        post(urlPathEqualTo(PATH)).willReturn(aResponse().withTransformers(ForgejoEndpoint.NAME)));
    for (String path : List.of(ForgejoPages.AUTHORIZE, ForgejoPages.USER_INFO)) {
      issuer.server.stubFor(
          any(urlPathEqualTo(path)).willReturn(aResponse().withTransformers(ForgejoPages.NAME)));
    }
    return issuer;
  }

  @Override
  public String tokenEndpoint() {
    return url() + PATH;
  }

  /** Of all its endpoints, without a slash at the end. */
  public String url() {
    return "http://127.0.0.1:" + server.port();
  }

  /** Where people consent; see {@link #registerRedirectUri}. */
  public String authorizationEndpoint() {
    return url() + ForgejoPages.AUTHORIZE;
  }

  public String userInfoEndpoint() {
    return url() + ForgejoPages.USER_INFO;
  }

  /** Codes go to no other URLs than those that are registered, letter for letter. */
  public void registerRedirectUri(String uri) {
    people.register(uri);
  }

  /** Of a user, in the user info from now on; without this it has no groups. */
  public void groups(String user, String... names) {
    people.setGroups(user, List.of(names));
  }

  /** Stable and a number; {@code sub} of the user info has it as text. */
  public int userId(String user) {
    return people.id(user);
  }

  /** Whose an access token is; empty: it is not active. */
  public String userOf(String accessToken) {
    return grants.userOf(accessToken);
  }

  /** Whether its pages and the user info are answered with 503; the token endpoint is not. */
  public void pagesAreAway(boolean away) {
    pages.setAway(away);
  }

  /** Whether it denies what users allow, as where an administrator must approve a client. */
  public void deniesConsent(boolean denies) {
    pages.setDenies(denies);
  }

  @Override
  public String clientId() {
    return clientId;
  }

  @Override
  public String clientSecret() {
    return clientSecret;
  }

  /**
   * A user's second grant is the first one with a new count: refresh tokens from before are used.
   */
  @Override
  public String newGrant(String user) {
    return grants.authorize(user).refreshToken();
  }

  @Override
  public void endGrants(String user) {
    grants.end(user);
  }

  @Override
  public void accessTokenLifespan(Duration lifespan) {
    grants.setLifespan(lifespan);
  }

  /**
   * Whether the use of a used refresh token makes the newest one worthless too. True at first;
   * Forgejo itself leaves the newest one as it is.
   */
  public void reuseEndsGrant(boolean ends) {
    grants.setReuseEndsGrant(ends);
  }

  @Override
  public boolean isActive(String accessToken) {
    return grants.isActive(accessToken);
  }

  /** Every call goes wrong until {@link #heal}. */
  public void fail(IssuerFault fault) {
    faults.always(fault);
  }

  /** The next calls go wrong, before what {@link #fail} says. */
  public void failNext(int calls, IssuerFault fault) {
    faults.next(calls, fault);
  }

  /** All goes well again; calls that met with silence are answered with 503. */
  public void heal() {
    faults.heal();
  }

  /** How many calls have arrived and meet with {@link IssuerFault.Silence} right now. */
  public int silentCalls() {
    return faults.silent();
  }

  @Override
  public int refreshes() {
    return (int)
        calls().stream().filter(call -> call.accepted() && !call.refreshToken().isEmpty()).count();
  }

  @Override
  public int refused() {
    return endpoint.refused();
  }

  /** All that were answered or cut off, in the order of that. */
  public List<IssuerCall> calls() {
    return endpoint.calls();
  }

  /** Refresh tokens that arrived more than once, whatever was answered. */
  public Set<String> presentedTwice() {
    return calls().stream()
        .filter(call -> !call.refreshToken().isEmpty())
        .collect(groupingBy(IssuerCall::refreshToken, counting()))
        .entrySet()
        .stream()
        .filter(token -> token.getValue() > 1)
        .map(Map.Entry::getKey)
        .collect(toUnmodifiableSet());
  }

  /** Every token and code it ever issued, and the client's secret: nobody may find one in a log. */
  public Set<String> secrets() {
    Set<String> secrets = grants.everyToken();
    secrets.addAll(people.everyCode());
    secrets.add(clientSecret);
    return secrets;
  }

  @Override
  public void close() {
    faults.heal();
    server.stop();
  }
}
