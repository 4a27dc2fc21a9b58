package dev.mcpsession.signin.http;

import com.nimbusds.oauth2.sdk.ErrorObject;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.config.GatewayConfig;
import dev.mcpsession.gateway.auth.ResourceMetadata;
import dev.mcpsession.gateway.session.SessionUse;
import dev.mcpsession.gateway.session.SessionView;
import dev.mcpsession.gateway.site.Site;
import dev.mcpsession.gateway.site.SiteAnswer;
import dev.mcpsession.gateway.site.SiteRequest;
import dev.mcpsession.signin.account.AccountEndpoint;
import dev.mcpsession.signin.account.AccountFlows;
import dev.mcpsession.signin.authorize.AuthorizationRequest;
import dev.mcpsession.signin.client.ClientLookup;
import dev.mcpsession.signin.client.Registration;
import dev.mcpsession.signin.identity.Endings;
import dev.mcpsession.signin.identity.Grants;
import dev.mcpsession.signin.identity.OAuthErrorCode;
import dev.mcpsession.signin.identity.Person;
import dev.mcpsession.signin.identity.SignInEvents;
import dev.mcpsession.signin.identity.SignInLimits;
import dev.mcpsession.signin.identity.SignIns;
import dev.mcpsession.signin.identity.StoreException;
import dev.mcpsession.signin.key.KeyRing;
import dev.mcpsession.signin.page.Pages;
import dev.mcpsession.signin.provider.Providers;
import dev.mcpsession.signin.token.AccessTokens;
import dev.mcpsession.signin.token.AuthorizationCode;
import dev.mcpsession.signin.token.LocalTokens;
import dev.mcpsession.signin.token.TokenRules;
import dev.mcpsession.signin.web.Cookies;
import dev.mcpsession.signin.web.Endpoint;
import dev.mcpsession.signin.web.PageAnswers;
import dev.mcpsession.signin.web.RandomTexts;
import dev.mcpsession.signin.web.SealedValues;
import dev.mcpsession.signin.web.SignInPaths;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The endpoints of sign-in by their paths. Each request has a virtual thread, and only so many are
 * under way at a time: beyond, clients are told to come back.
 */
public final class SignInSite implements Site {
  private static final Logger log = LoggerFactory.getLogger(SignInSite.class);

  /** Each may wait for the API server or for a provider, and holds its request meanwhile. */
  private static final int AT_A_TIME = 256;

  private final Map<String, Route> routes;
  private final Problems problems;
  private final Semaphore places = new Semaphore(AT_A_TIME);

  /**
   * What the site is made of.
   *
   * @param config of sign-in
   * @param clients finds a client by its id; may block
   * @param sessions the caches of sessions and templates
   * @param uses of sessions, from memory
   * @param metadata whose resources tokens are for
   */
  public record Services(
      GatewayConfig.SignIn config,
      KeyRing keys,
      AccessTokens accessTokens,
      SignIns signIns,
      Grants grants,
      Endings endings,
      Providers providers,
      Function<String, ClientLookup> clients,
      Pages pages,
      SessionView sessions,
      Function<SessionKey, Optional<SessionUse>> uses,
      ResourceMetadata metadata,
      SignInEvents events,
      SecureRandom random,
      InstantSource clock) {}

  /**
   * An endpoint.
   *
   * @param isPage whether people see its answers, so that errors are pages as well
   */
  record Route(Endpoint endpoint, boolean isPage) {
    /** One for programs. */
    Route(Endpoint endpoint) {
      this(endpoint, false);
    }
  }

  SignInSite(Map<String, Route> routes, Problems problems) {
    this.routes = Map.copyOf(routes);
    this.problems = problems;
  }

  /** The whole site. */
  public static SignInSite of(Services with) {
    String issuer = with.config().issuer().toString();
    PageAnswers answers = new PageAnswers(with.pages());
    Problems problems = new Problems(answers, with.events(), issuer);
    Cookies cookies = new Cookies("https".equals(with.config().issuer().getScheme()));
    SealedValues sealed = new SealedValues(with.keys(), with.clock());
    RandomTexts random = new RandomTexts(with.random());
    Browsing browsing =
        new Browsing(
            new Flows(sealed, cookies, answers, random, with.clock()),
            sealed,
            cookies,
            answers,
            problems,
            random,
            with.clock());
    Offers offers = new Offers(with.sessions(), with.metadata());
    ProviderChoice choice = new ProviderChoice(with.providers());
    AccountEndpoint account =
        account(with, new BegunFlows(offers, choice, browsing), cookies, answers);
    Map<String, Route> routes = new HashMap<>(forClients(with));
    routes.put(AccountEndpoint.PATH, page(account));
    routes.put(
        SignInPaths.AUTHORIZE,
        page(
            new AuthorizeEndpoint(
                with.clients(), offers, choice, browsing, with.events(), issuer)));
    routes.put(
        SignInPaths.CALLBACK,
        page(
            new CallbackEndpoint(
                offers,
                choice,
                with.grants(),
                (request, person) -> code(with, request, person),
                account::signedIn,
                browsing,
                with.events(),
                issuer)));
    return new SignInSite(routes, problems);
  }

  /** Those that only programs use. */
  private static Map<String, Route> forClients(Services with) {
    GatewayConfig.SignIn config = with.config();
    TokenRules rules = new TokenRules(with.metadata()::resourceUrl, limits(config));
    return Map.of(
        SignInPaths.OAUTH_METADATA,
        new Route(MetadataEndpoint.oauth(config, List.of())),
        SignInPaths.OPENID_METADATA,
        new Route(MetadataEndpoint.openid(config, List.of())),
        SignInPaths.REGISTER,
        new Route(
            new RegistrationEndpoint(
                Optional.of(new Registration(with.keys(), config.clients().allowedRedirectHosts()))
                    .filter(it -> config.clients().dynamicRegistration()),
                with.events(),
                with.clock())),
        SignInPaths.TOKEN,
        new Route(
            new TokenEndpoint(
                rules,
                with.accessTokens(),
                with.keys(),
                with.signIns(),
                with.events(),
                with.clock())),
        SignInPaths.REVOKE,
        new Route(
            new RevocationEndpoint(
                rules,
                new LocalTokens(with.accessTokens()),
                with.keys(),
                with.signIns(),
                with.endings(),
                with.events(),
                with.clock())),
        SignInPaths.JWKS,
        new Route(new JwksEndpoint(with.keys())));
  }

  private static AccountEndpoint account(
      Services with, AccountFlows flows, Cookies cookies, PageAnswers answers) {
    return AccountEndpoint.of(
        new AccountEndpoint.Services(
            with.keys(),
            with.signIns(),
            with.grants(),
            with.endings(),
            with.providers(),
            with.sessions(),
            with.uses(),
            with.config().issuer(),
            limits(with.config()),
            cookies,
            answers,
            with.events(),
            with.random(),
            with.clock()),
        flows);
  }

  private static SignInLimits limits(GatewayConfig.SignIn config) {
    return new SignInLimits(config.idle(), config.absolute());
  }

  private static Route page(Endpoint endpoint) {
    return new Route(endpoint, true);
  }

  private static String code(Services with, AuthorizationRequest request, Person person) {
    Instant now = with.clock().instant();
    return new AuthorizationCode(
            now.plus(AuthorizationCode.LIFETIME),
            request.client(),
            request.redirectUri(),
            request.codeChallenge(),
            request.resource(),
            person,
            request.scopes())
        .seal(with.keys().keys(), now);
  }

  @Override
  public boolean serves(String path) {
    return routes.containsKey(path);
  }

  @Override
  public CompletionStage<SiteAnswer> answer(SiteRequest request) {
    Route route = routes.get(request.path());
    if (route == null) {
      return CompletableFuture.completedStage(SiteAnswer.of(404));
    }
    if (!places.tryAcquire()) {
      return CompletableFuture.completedStage(away(route, "This gateway has too much to do."));
    }
    CompletableFuture<SiteAnswer> answer = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("sign-in")
        .start(
            () -> {
              try {
                answer.complete(answered(route, request));
              } finally {
                places.release();
              }
            });
    return answer;
  }

  private SiteAnswer answered(Route route, SiteRequest request) {
    try {
      return route.endpoint().answer(request);
    } catch (StoreException e) {
      if (e.isAway()) {
        return away(route, "What is stored of sign-ins cannot be reached.");
      }
      log.error("{} failed: {}", request, e.getMessage(), e);
      return failed(route);
    } catch (RuntimeException e) {
      log.error("{} failed", request, e);
      return failed(route);
    }
  }

  private SiteAnswer away(Route route, String why) {
    return route.isPage()
        ? problems.later("You cannot be signed in now", why)
        : json(503, OAuthErrorCode.temporarily_unavailable, why).with("Retry-After", "2");
  }

  private SiteAnswer failed(Route route) {
    String why = "The gateway failed; its log says why.";
    return route.isPage()
        ? problems.of(500, "Something went wrong", why)
        : json(500, OAuthErrorCode.server_error, why);
  }

  private static SiteAnswer json(int status, OAuthErrorCode error, String description) {
    return OAuthAnswers.json(
        status, new ErrorObject(error.name(), description).toJSONObject().toJSONString());
  }
}
