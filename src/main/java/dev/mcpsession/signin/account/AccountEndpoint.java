package dev.mcpsession.signin.account;

import dev.mcpsession.api.SessionKey;
import dev.mcpsession.gateway.session.SessionUse;
import dev.mcpsession.gateway.session.SessionView;
import dev.mcpsession.gateway.site.SiteAnswer;
import dev.mcpsession.gateway.site.SiteRequest;
import dev.mcpsession.signin.account.AccountSessions.Visit;
import dev.mcpsession.signin.account.TemplateProviders.Place;
import dev.mcpsession.signin.identity.Endings;
import dev.mcpsession.signin.identity.Grants;
import dev.mcpsession.signin.identity.OAuthErrorCode;
import dev.mcpsession.signin.identity.Person;
import dev.mcpsession.signin.identity.SignIn;
import dev.mcpsession.signin.identity.SignInEvents;
import dev.mcpsession.signin.identity.SignInLimits;
import dev.mcpsession.signin.identity.SignIns;
import dev.mcpsession.signin.identity.StoreException;
import dev.mcpsession.signin.key.KeyRing;
import dev.mcpsession.signin.page.Page;
import dev.mcpsession.signin.provider.Providers;
import dev.mcpsession.signin.web.Cookies;
import dev.mcpsession.signin.web.Endpoint;
import dev.mcpsession.signin.web.PageAnswers;
import dev.mcpsession.signin.web.Parameters;
import dev.mcpsession.signin.web.SignInPaths;
import java.net.URI;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The account page: shows a person what they have, and ends what they want to end. To whoever is
 * not signed in it shows where they can sign in.
 */
public final class AccountEndpoint implements Endpoint {
  public static final String PATH = SignInPaths.ACCOUNT;

  private final AccountSessions sessions;
  private final AccountHoldings holdings;
  private final TemplateProviders providers;
  private final AccountActions actions;
  private final AccountFlows flows;
  private final PageAnswers answers;
  private final SignInEvents events;
  private final InstantSource clock;

  private AccountEndpoint(
      AccountSessions sessions,
      AccountHoldings holdings,
      TemplateProviders providers,
      AccountActions actions,
      AccountFlows flows,
      PageAnswers answers,
      SignInEvents events,
      InstantSource clock) {
    this.sessions = sessions;
    this.holdings = holdings;
    this.providers = providers;
    this.actions = actions;
    this.flows = flows;
    this.answers = answers;
    this.events = events;
    this.clock = clock;
  }

  /**
   * What the page is made of.
   *
   * @param sessions the caches of sessions and templates
   * @param uses of sessions, from memory
   * @param baseUrl of the gateway, without a slash at its end
   * @param limits of a browser's sign-in
   */
  public record Services(
      KeyRing keys,
      SignIns signIns,
      Grants grants,
      Endings endings,
      Providers providers,
      SessionView sessions,
      Function<SessionKey, Optional<SessionUse>> uses,
      URI baseUrl,
      SignInLimits limits,
      Cookies cookies,
      PageAnswers answers,
      SignInEvents events,
      SecureRandom random,
      InstantSource clock) {}

  /**
   * The page.
   *
   * @param flows that it begins
   */
  public static AccountEndpoint of(Services with, AccountFlows flows) {
    AccountSessions visits =
        new AccountSessions(
            with.keys(),
            with.signIns(),
            with.cookies(),
            with.limits(),
            with.random(),
            with.clock());
    TemplateProviders providers =
        new TemplateProviders(with.providers(), with.sessions()::templates, with.clock());
    AccountHoldings holdings =
        new AccountHoldings(
            providers, with.sessions(), with.uses(), with.grants(), with.signIns(), with.baseUrl());
    return new AccountEndpoint(
        visits,
        holdings,
        providers,
        new AccountActions(visits, holdings, with.signIns(), with.endings(), flows, with.answers()),
        flows,
        with.answers(),
        with.events(),
        with.clock());
  }

  /**
   * Begins a visit of somebody who came back from where they said who they are. One that the
   * browser was at before has ended then.
   */
  public SiteAnswer signedIn(SiteRequest request, Person person) throws StoreException {
    return answers.redirect(PATH).with("Set-Cookie", sessions.begin(request, person));
  }

  @Override
  public SiteAnswer answer(SiteRequest request) throws StoreException {
    return switch (request.method()) {
      case "GET" -> page(request);
      case "POST" -> posted(request);
      default -> SiteAnswer.of(405).with("Allow", "GET, POST");
    };
  }

  private SiteAnswer page(SiteRequest request) throws StoreException {
    Optional<String> notice =
        Parameters.ofQuery(request)
            .first("done")
            .flatMap(AccountAction::of)
            .flatMap(AccountAction::done);
    Optional<Visit> visit = sessions.find(request);
    if (visit.isEmpty()) {
      return answers.page(200, new Page.AccountSignIn(notice, choices()));
    }
    SignIn own = visit.get().signIn();
    return answers.page(
        200,
        holdings
            .view(own)
            .page(host(own.person()), visit.get().token().text(), notice, clock.instant()));
  }

  private List<Page.Choice> choices() {
    return providers.places().stream()
        .map(it -> new Page.Choice(it.fingerprint(), it.host()))
        .toList();
  }

  /** The host of what vouches for a person, also if it does not any more. */
  private String host(Person person) {
    return providers.places().stream()
        .filter(it -> it.fingerprint().equals(person.provider()))
        .map(Place::host)
        .findFirst()
        .orElseGet(
            () ->
                Optional.ofNullable(URI.create(person.owner().issuer()).getAuthority())
                    .orElse(person.owner().issuer()));
  }

  private SiteAnswer posted(SiteRequest request) throws StoreException {
    Optional<Parameters> form = Parameters.ofForm(request);
    Optional<String> provider = form.flatMap(it -> it.first("provider"));
    if (provider.isPresent()) {
      return signIn(request, provider.get());
    }
    Optional<AccountAction> action =
        form.flatMap(it -> it.first("action")).flatMap(AccountAction::of);
    if (action.isEmpty()) {
      return refused(
          400,
          OAuthErrorCode.invalid_request,
          "This cannot be done",
          "The account page knows no such form.");
    }
    Optional<Visit> visit = sessions.find(request);
    if (visit.isEmpty()) {
      return answers.redirect(PATH);
    }
    if (!visit.get().token().isSent(form.orElseThrow().first("token"))) {
      return refused(
          403,
          OAuthErrorCode.access_denied,
          "Nothing was done",
          "What was sent did not come from your account page, or that was of an earlier sign-in.");
    }
    return actions.carryOut(action.get(), request, form.orElseThrow(), visit.get().signIn());
  }

  /** Begins nothing but a visit of a provider, so it needs no token. */
  private SiteAnswer signIn(SiteRequest request, String provider) throws StoreException {
    Optional<Place> place =
        providers.places().stream().filter(it -> it.fingerprint().equals(provider)).findFirst();
    return place.isPresent()
        ? flows.signIn(request, place.get().upstream())
        : refused(
            400,
            OAuthErrorCode.invalid_request,
            "You cannot sign in there",
            "Nothing that is offered here is signed in for there any more.");
  }

  private SiteAnswer refused(int status, OAuthErrorCode reason, String title, String message) {
    events.refused(SignInEvents.Place.account, reason);
    return answers.page(
        status,
        new Page.Problem(
            title, message, "", Optional.of(new Page.Link(PATH, "Go to your account"))));
  }
}
