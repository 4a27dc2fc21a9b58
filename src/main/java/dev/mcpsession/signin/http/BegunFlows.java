package dev.mcpsession.signin.http;

import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.site.SiteAnswer;
import dev.mcpsession.gateway.site.SiteRequest;
import dev.mcpsession.signin.account.AccountFlows;
import dev.mcpsession.signin.authorize.PendingFlow;
import dev.mcpsession.signin.authorize.PendingFlow.Asked;
import dev.mcpsession.signin.identity.Person;
import dev.mcpsession.signin.provider.Provider;
import dev.mcpsession.signin.provider.ProviderException;
import java.util.Optional;

/** Flows that the account page begins: no client waits for their end. */
final class BegunFlows implements AccountFlows {
  private final Offers offers;
  private final ProviderChoice choice;
  private final Flows flows;
  private final Problems problems;

  BegunFlows(Offers offers, ProviderChoice choice, Browsing browsing) {
    this.offers = offers;
    this.choice = choice;
    this.flows = browsing.flows();
    this.problems = browsing.problems();
  }

  @Override
  public SiteAnswer signIn(SiteRequest request, Optional<McpResource> upstream) {
    return depart(
        request,
        upstream.isPresent() ? Asked.UPSTREAM : Asked.IDENTITY_PROVIDER,
        upstream.flatMap(offers::template),
        Optional.empty());
  }

  @Override
  public SiteAnswer giveGrant(SiteRequest request, Person person, McpSessionTemplate template) {
    return depart(
        request,
        Asked.UPSTREAM,
        Optional.of(template),
        Optional.of(person.withGroupsFor(template)));
  }

  private SiteAnswer depart(
      SiteRequest request,
      Asked asked,
      Optional<McpSessionTemplate> template,
      Optional<Person> person) {
    try {
      Provider provider = choice.provider(asked, template);
      return flows.depart(
          request,
          provider,
          false,
          (verifier, nonce, expiresAt) ->
              new PendingFlow(
                  Optional.empty(),
                  template.map(McpResource::of),
                  asked,
                  provider.fingerprint(),
                  person,
                  verifier,
                  nonce,
                  expiresAt));
    } catch (ProviderException e) {
      return problems.ofProvider(e, ProviderChoice.identity(asked, person), Optional.empty());
    }
  }
}
