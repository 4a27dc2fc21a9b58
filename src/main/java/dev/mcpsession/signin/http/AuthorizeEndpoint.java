package dev.mcpsession.signin.http;

import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.gateway.site.SiteAnswer;
import dev.mcpsession.gateway.site.SiteRequest;
import dev.mcpsession.signin.authorize.AuthorizationRequest;
import dev.mcpsession.signin.authorize.AuthorizeDecision;
import dev.mcpsession.signin.authorize.AuthorizeDecision.Accepted;
import dev.mcpsession.signin.authorize.AuthorizeDecision.Prompt;
import dev.mcpsession.signin.authorize.AuthorizeDecision.Refused;
import dev.mcpsession.signin.authorize.AuthorizeDecision.Stopped;
import dev.mcpsession.signin.authorize.Consents;
import dev.mcpsession.signin.authorize.PendingFlow;
import dev.mcpsession.signin.authorize.PendingFlow.Asked;
import dev.mcpsession.signin.authorize.RequestedAuthorization;
import dev.mcpsession.signin.client.Client;
import dev.mcpsession.signin.client.ClientLookup;
import dev.mcpsession.signin.identity.OAuthErrorCode;
import dev.mcpsession.signin.identity.SignInEvents;
import dev.mcpsession.signin.identity.SignInEvents.Place;
import dev.mcpsession.signin.key.Purpose;
import dev.mcpsession.signin.provider.Provider;
import dev.mcpsession.signin.provider.ProviderException;
import dev.mcpsession.signin.token.TokenRules;
import dev.mcpsession.signin.web.Cookies;
import dev.mcpsession.signin.web.Endpoint;
import dev.mcpsession.signin.web.PageAnswers;
import dev.mcpsession.signin.web.Parameters;
import dev.mcpsession.signin.web.SealedValues;
import java.util.Optional;
import java.util.function.Function;

/**
 * The authorization endpoint (RFC 6749, section 3.1). Before anything goes to a provider the user
 * is asked here, once for each client and browser: for the provider, all clients are this gateway,
 * and one that the user consented to would speak for all (confused deputy).
 */
final class AuthorizeEndpoint implements Endpoint {
  private static final String CONSENTS = "mcp-consents";

  private final Function<String, ClientLookup> clients;
  private final Offers offers;
  private final ProviderChoice choice;
  private final Flows flows;
  private final SealedValues sealed;
  private final Cookies cookies;
  private final PageAnswers answers;
  private final Problems problems;
  private final ConsentPage consent;
  private final SignInEvents events;
  private final String issuer;

  /**
   * @param clients finds a client by its id; may block
   * @param issuer the gateway's own
   */
  AuthorizeEndpoint(
      Function<String, ClientLookup> clients,
      Offers offers,
      ProviderChoice choice,
      Browsing browsing,
      SignInEvents events,
      String issuer) {
    this.clients = clients;
    this.offers = offers;
    this.choice = choice;
    this.flows = browsing.flows();
    this.sealed = browsing.sealed();
    this.cookies = browsing.cookies();
    this.answers = browsing.answers();
    this.problems = browsing.problems();
    this.consent = new ConsentPage(browsing);
    this.events = events;
    this.issuer = issuer;
  }

  @Override
  public SiteAnswer answer(SiteRequest request) {
    return switch (request.method()) {
      case "GET" -> requested(request, Parameters.ofQuery(request));
      case "POST" -> decided(request);
      default -> SiteAnswer.of(405).with("Allow", "GET, POST");
    };
  }

  private SiteAnswer requested(SiteRequest request, Parameters sent) {
    Optional<String> clientId = sent.first("client_id");
    if (clientId.isEmpty()) {
      events.refused(Place.authorize, OAuthErrorCode.invalid_request);
      return problems.of(
          400, "No client is named", "The request does not say which client it is of (client_id).");
    }
    return switch (clients.apply(clientId.get())) {
      case ClientLookup.Unknown unknown -> {
        events.refused(Place.authorize, OAuthErrorCode.invalid_client);
        yield problems.of(400, "This client is not known", unknown.message());
      }
      case ClientLookup.Unavailable unavailable -> {
        events.refused(Place.authorize, OAuthErrorCode.temporarily_unavailable);
        yield problems.later("This client cannot be checked now", unavailable.message());
      }
      case ClientLookup.Found(Client client) -> judged(request, sent, client, clientId.get());
    };
  }

  private SiteAnswer judged(SiteRequest request, Parameters sent, Client client, String clientId) {
    AuthorizeDecision decision =
        AuthorizeDecision.of(
            requestedAuthorization(sent), client, TokenRules.clientHash(clientId), offers::at);
    return switch (decision) {
      case Stopped stopped -> {
        events.refused(Place.authorize, OAuthErrorCode.invalid_request);
        yield problems.of(400, "This client cannot sign you in", stopped.message());
      }
      case Refused refused -> {
        events.refused(Place.authorize, refused.error());
        yield answers.redirect(
            refused.redirect().withError(refused.error().name(), refused.description(), issuer));
      }
      case Accepted accepted -> accepted(request, accepted);
    };
  }

  private static RequestedAuthorization requestedAuthorization(Parameters sent) {
    return new RequestedAuthorization(
        sent.repeated(),
        sent.first("redirect_uri"),
        sent.first("response_type"),
        sent.first("response_mode"),
        sent.first("code_challenge"),
        sent.first("code_challenge_method"),
        sent.first("state"),
        sent.first("scope"),
        sent.all("resource"),
        sent.first("prompt"),
        sent.first("request").or(() -> sent.first("request_uri")).isPresent());
  }

  private SiteAnswer accepted(SiteRequest request, Accepted accepted) {
    boolean freshLogin = accepted.prompts().contains(Prompt.LOGIN);
    return !accepted.prompts().contains(Prompt.CONSENT)
            && consents(request).include(accepted.request())
        ? depart(request, accepted.request(), freshLogin)
        : ask(request, accepted.request(), freshLogin);
  }

  private Consents consents(SiteRequest request) {
    return cookies
        .find(request, CONSENTS)
        .flatMap(it -> sealed.open(Purpose.CONSENTED, Consents.class, it))
        .orElse(Consents.NONE);
  }

  private SiteAnswer ask(SiteRequest request, AuthorizationRequest asked, boolean freshLogin) {
    Optional<McpSessionTemplate> template = offers.template(asked.resource());
    if (template.isEmpty()) {
      return problems.gone(asked);
    }
    Asked first = choice.first(template.get());
    try {
      String host = choice.provider(first, template).host();
      return consent.ask(request, template.get(), host, asked, freshLogin);
    } catch (ProviderException e) {
      return problems.ofProvider(
          e, ProviderChoice.identity(first, Optional.empty()), Optional.of(asked));
    }
  }

  private SiteAnswer depart(SiteRequest request, AuthorizationRequest asked, boolean freshLogin) {
    Optional<McpSessionTemplate> template = offers.template(asked.resource());
    if (template.isEmpty()) {
      return problems.gone(asked);
    }
    Asked first = choice.first(template.get());
    try {
      Provider provider = choice.provider(first, template);
      return flows.depart(
          request,
          provider,
          freshLogin,
          (verifier, nonce, expiresAt) ->
              new PendingFlow(
                  Optional.of(asked),
                  Optional.of(asked.resource()),
                  first,
                  provider.fingerprint(),
                  Optional.empty(),
                  verifier,
                  nonce,
                  expiresAt));
    } catch (ProviderException e) {
      return problems.ofProvider(
          e, ProviderChoice.identity(first, Optional.empty()), Optional.of(asked));
    }
  }

  /** The form of the page of consent. */
  private SiteAnswer decided(SiteRequest request) {
    Optional<Parameters> form = Parameters.ofForm(request).filter(it -> it.repeated().isEmpty());
    Optional<ConsentPage.Awaited> awaited = form.flatMap(it -> consent.sent(request, it));
    String decision = form.flatMap(it -> it.first("decision")).orElse("");
    if (awaited.isEmpty()) {
      events.refused(Place.authorize, OAuthErrorCode.invalid_request);
      return problems.of(
          400,
          "This page is out of date",
          "It was open for too long, or it was opened in another browser. Nothing was allowed."
              + " Begin again in your client.");
    }
    AuthorizationRequest asked = awaited.get().request();
    return switch (decision) {
      case "allow" ->
          depart(request, asked, awaited.get().freshLogin())
              .with(
                  "Set-Cookie",
                  cookies.set(
                      CONSENTS,
                      sealed.seal(Purpose.CONSENTED, consents(request).with(asked)),
                      ConsentPage.REMEMBERED));
      case "deny" -> {
        events.refused(Place.authorize, OAuthErrorCode.access_denied);
        yield answers.leave(
            request,
            asked.redirect().withError("access_denied", "the user did not allow it", issuer));
      }
      default -> {
        events.refused(Place.authorize, OAuthErrorCode.invalid_request);
        yield problems.of(
            400, "Nothing was decided", "The form says neither to allow nor to deny.");
      }
    };
  }
}
