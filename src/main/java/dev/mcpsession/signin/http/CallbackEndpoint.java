package dev.mcpsession.signin.http;

import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.gateway.site.SiteAnswer;
import dev.mcpsession.gateway.site.SiteRequest;
import dev.mcpsession.signin.authorize.ArrivalDecision;
import dev.mcpsession.signin.authorize.ArrivalDecision.AskUpstream;
import dev.mcpsession.signin.authorize.ArrivalDecision.Complete;
import dev.mcpsession.signin.authorize.ArrivalDecision.NoRefreshToken;
import dev.mcpsession.signin.authorize.ArrivalDecision.Nobody;
import dev.mcpsession.signin.authorize.ArrivalDecision.NotAllowed;
import dev.mcpsession.signin.authorize.ArrivalDecision.Observation;
import dev.mcpsession.signin.authorize.ArrivalDecision.StoreGrant;
import dev.mcpsession.signin.authorize.AuthorizationRequest;
import dev.mcpsession.signin.authorize.PendingFlow;
import dev.mcpsession.signin.authorize.PendingFlow.Asked;
import dev.mcpsession.signin.identity.Grants;
import dev.mcpsession.signin.identity.OAuthErrorCode;
import dev.mcpsession.signin.identity.Person;
import dev.mcpsession.signin.identity.SignInEvents;
import dev.mcpsession.signin.identity.SignInEvents.Identity;
import dev.mcpsession.signin.identity.SignInEvents.Outcome;
import dev.mcpsession.signin.identity.SignInEvents.Place;
import dev.mcpsession.signin.identity.StoreException;
import dev.mcpsession.signin.provider.Provider;
import dev.mcpsession.signin.provider.Provider.Redeemed;
import dev.mcpsession.signin.provider.ProviderException;
import dev.mcpsession.signin.web.Endpoint;
import dev.mcpsession.signin.web.PageAnswers;
import dev.mcpsession.signin.web.Parameters;
import dev.mcpsession.signin.web.SignInPaths;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where providers send users back to. It goes on with what was begun in the same browser, and ends
 * at the client that waits, or at the account page.
 */
final class CallbackEndpoint implements Endpoint {
  private static final Logger log = LoggerFactory.getLogger(CallbackEndpoint.class);

  /** An error that a provider names may be shown, if it is no more than a name. */
  private static final Pattern ERROR = Pattern.compile("[a-z_]{1,40}");

  private final Offers offers;
  private final ProviderChoice choice;
  private final Grants grants;
  private final Codes codes;
  private final Visits visits;
  private final Flows flows;
  private final PageAnswers answers;
  private final Problems problems;
  private final SignInEvents events;
  private final String issuer;

  /** Makes the code that a client exchanges for tokens. */
  @FunctionalInterface
  interface Codes {
    String code(AuthorizationRequest request, Person person);
  }

  /** Begins a visit of the account page. */
  @FunctionalInterface
  interface Visits {
    SiteAnswer begin(SiteRequest request, Person person) throws StoreException;
  }

  /** What a user comes back with, and what that is about. */
  private record Arrived(
      SiteRequest request,
      PendingFlow flow,
      Optional<McpSessionTemplate> template,
      Provider provider,
      Redeemed redeemed) {}

  CallbackEndpoint(
      Offers offers,
      ProviderChoice choice,
      Grants grants,
      Codes codes,
      Visits visits,
      Browsing browsing,
      SignInEvents events,
      String issuer) {
    this.offers = offers;
    this.choice = choice;
    this.grants = grants;
    this.codes = codes;
    this.visits = visits;
    this.flows = browsing.flows();
    this.answers = browsing.answers();
    this.problems = browsing.problems();
    this.events = events;
    this.issuer = issuer;
  }

  @Override
  public SiteAnswer answer(SiteRequest request) throws StoreException {
    if (!request.method().equals("GET")) {
      return SiteAnswer.of(405).with("Allow", "GET");
    }
    Parameters sent = Parameters.ofQuery(request);
    Optional<String> state = sent.first("state").filter(it -> sent.repeated().isEmpty());
    Optional<PendingFlow> flow = state.flatMap(it -> flows.arrived(request, it));
    if (flow.isEmpty()) {
      events.refused(Place.callback, OAuthErrorCode.invalid_request);
      return problems.of(
          400,
          "This sign-in is not known here",
          "It was begun in another browser, it took too long, or it has ended. Nothing was stored."
              + " Begin again in your client.");
    }
    return flows.ended(state.orElseThrow(), arrived(request, sent, flow.get()));
  }

  private SiteAnswer arrived(SiteRequest request, Parameters sent, PendingFlow flow)
      throws StoreException {
    Optional<McpSessionTemplate> template = flow.offer().flatMap(offers::template);
    if (template.isEmpty() && flow.request().isPresent()) {
      return problems.gone(flow.request().get());
    }
    try {
      Provider provider = choice.provider(flow.asked(), template);
      if (!provider.fingerprint().equals(flow.fingerprint())) {
        throw new ProviderException(
            ProviderException.Kind.MISMATCH, "The provider was changed while you were signing in.");
      }
      if (sent.first("error").isPresent()) {
        return refused(sent.first("error").get(), provider, flow);
      }
      Optional<String> code = sent.first("code");
      if (code.isEmpty()) {
        throw new ProviderException(
            ProviderException.Kind.MISMATCH, provider.host() + " sent you back without a code.");
      }
      Redeemed redeemed =
          provider.redeem(
              new Provider.Arrival(
                  code.get(), sent.first("iss"), flow.codeVerifier(), flow.nonce()));
      return go(new Arrived(request, flow, template, provider, redeemed));
    } catch (ProviderException e) {
      return problems.ofProvider(e, identity(flow), flow.request());
    }
  }

  private SiteAnswer go(Arrived arrived) throws StoreException, ProviderException {
    ArrivalDecision decision = ArrivalDecision.of(observed(arrived));
    Optional<AuthorizationRequest> waiting = arrived.flow().request();
    return switch (decision) {
      case AskUpstream next -> askUpstream(arrived, next.person());
      case StoreGrant store -> {
        grants.store(
            arrived.template().orElseThrow(),
            store.person().owner(),
            arrived.redeemed().refreshToken().orElseThrow(),
            arrived.redeemed().obtainedAt());
        yield complete(arrived, store.person());
      }
      case Complete complete -> complete(arrived, complete.person());
      case NoRefreshToken none -> {
        events.visited(identity(arrived.flow()), Outcome.no_refresh_token);
        yield problems.whileWaiting(
            502,
            "Your sign-in could not be kept",
            arrived.provider().host()
                + " gave no refresh token, so your access could not be renewed, and would end"
                + " within the hour.",
            "Its administrator has to allow that; some providers want the scope offline_access in"
                + " the template (signIn.scopes).",
            "server_error",
            waiting);
      }
      case NotAllowed not -> {
        events.refused(Place.callback, OAuthErrorCode.access_denied);
        giveBack(arrived);
        yield problems.whileWaiting(
            403,
            "This is not for you",
            "You are signed in as "
                + not.person().name()
                + ", who may not use "
                + arrived.flow().offer().map(Object::toString).orElse("this")
                + ".",
            "Ask its administrator, or sign in as somebody else.",
            "access_denied",
            waiting);
      }
      case Nobody nobody ->
          throw new ProviderException(
              ProviderException.Kind.REFUSED,
              arrived.provider().host() + " did not say who you are.");
    };
  }

  private Observation observed(Arrived arrived) throws StoreException {
    PendingFlow flow = arrived.flow();
    Optional<Person> person = flow.person().or(arrived.redeemed()::person);
    Optional<McpSessionTemplate> template = arrived.template();
    boolean isAllowed =
        person.isEmpty()
            || flow.request().isEmpty()
            || template.filter(it -> person.get().mayUse(it)).isPresent();
    return new Observation(
        flow,
        arrived.redeemed().person(),
        arrived.redeemed().refreshToken().isPresent(),
        isAllowed,
        isAllowed && person.isPresent() && needsGrant(flow, template, person.get()));
  }

  private boolean needsGrant(PendingFlow flow, Optional<McpSessionTemplate> template, Person person)
      throws StoreException {
    return flow.asked() == Asked.IDENTITY_PROVIDER
        && flow.request().isPresent()
        && template.filter(Offers::hasUpstream).isPresent()
        && grants
            .state(template.get(), person.owner())
            .filter(grant -> !grant.isRejected())
            .isEmpty();
  }

  private SiteAnswer askUpstream(Arrived arrived, Person person) throws ProviderException {
    PendingFlow flow = arrived.flow();
    Provider upstream = choice.provider(Asked.UPSTREAM, arrived.template());
    return flows.depart(
        arrived.request(),
        upstream,
        false,
        (verifier, nonce, expiresAt) ->
            new PendingFlow(
                flow.request(),
                flow.offer(),
                Asked.UPSTREAM,
                upstream.fingerprint(),
                Optional.of(person.withGroupsFor(arrived.template().orElseThrow())),
                verifier,
                nonce,
                expiresAt));
  }

  private SiteAnswer complete(Arrived arrived, Person person) throws StoreException {
    PendingFlow flow = arrived.flow();
    events.visited(identity(flow), Outcome.completed);
    if (flow.request().isPresent()) {
      AuthorizationRequest request = flow.request().get();
      Person known = person.withGroupsFor(arrived.template().orElseThrow());
      return answers.redirect(request.redirect().withCode(codes.code(request, known), issuer));
    }
    return flow.person().isPresent()
        ? answers.redirect(SignInPaths.ACCOUNT)
        : visits.begin(arrived.request(), person);
  }

  private SiteAnswer refused(String error, Provider provider, PendingFlow flow)
      throws ProviderException {
    if (error.equals("access_denied")) {
      events.visited(identity(flow), Outcome.denied);
      String why = "the user did not give their consent at " + provider.host();
      return answers.redirect(
          flow.request()
              .map(it -> it.redirect().withError("access_denied", why, issuer))
              .orElse(SignInPaths.ACCOUNT));
    }
    boolean isAway = error.equals("temporarily_unavailable") || error.equals("server_error");
    String named = ERROR.matcher(error).matches() ? " (" + error + ")" : "";
    throw new ProviderException(
        isAway ? ProviderException.Kind.AWAY : ProviderException.Kind.MISCONFIGURED,
        provider.host()
            + " did not sign you in"
            + named
            + (isAway ? "." : ". Tell the administrator of this gateway."));
  }

  /** Who says who the user is, for metrics. */
  private static Identity identity(PendingFlow flow) {
    return ProviderChoice.identity(flow.asked(), flow.person());
  }

  /** Nobody keeps what a user gave for nothing. */
  private static void giveBack(Arrived arrived) {
    try {
      if (arrived.redeemed().refreshToken().isPresent()) {
        arrived.provider().revoke(arrived.redeemed().refreshToken().get());
      }
    } catch (ProviderException e) {
      log.warn("A grant that is not used was not given back: {}", e.getMessage());
    }
  }
}
