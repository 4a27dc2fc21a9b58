package dev.mcpsession.signin.account;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.session.SessionName;
import dev.mcpsession.gateway.session.SessionUse;
import dev.mcpsession.gateway.session.SessionView;
import dev.mcpsession.signin.identity.Grants;
import dev.mcpsession.signin.identity.Person;
import dev.mcpsession.signin.identity.SignIn;
import dev.mcpsession.signin.identity.SignIns;
import dev.mcpsession.signin.identity.StoreException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Gathers what a person has. */
final class AccountHoldings {
  private final TemplateProviders providers;
  private final SessionView sessions;
  private final Function<SessionKey, Optional<SessionUse>> uses;
  private final Grants grants;
  private final SignIns signIns;
  private final URI baseUrl;

  /**
   * @param uses of sessions, from memory
   * @param baseUrl of the gateway, without a slash at its end
   */
  AccountHoldings(
      TemplateProviders providers,
      SessionView sessions,
      Function<SessionKey, Optional<SessionUse>> uses,
      Grants grants,
      SignIns signIns,
      URI baseUrl) {
    this.providers = providers;
    this.sessions = sessions;
    this.uses = uses;
    this.grants = grants;
    this.signIns = signIns;
    this.baseUrl = baseUrl;
  }

  /** What the person has whose sign-in it is. Blocks, for grants are read live. */
  AccountView view(SignIn own) throws StoreException {
    Person person = own.person();
    List<Holding> holdings = new ArrayList<>();
    for (McpSessionTemplate template : templates(person)) {
      holdings.add(holding(person, template));
    }
    return new AccountView(person, own, holdings, signIns.of(person.owner()), baseUrl);
  }

  /**
   * One of the person's templates; empty: there is none of this name for them.
   *
   * @param offer namespace/template
   */
  Optional<McpSessionTemplate> template(Person person, String offer) {
    return templates(person).stream()
        .filter(it -> McpResource.of(it).toString().equals(offer))
        .findFirst();
  }

  private List<McpSessionTemplate> templates(Person person) {
    return OwnTemplates.of(person, providers.templates(), providers::fingerprint);
  }

  private Holding holding(Person person, McpSessionTemplate template) throws StoreException {
    McpResource resource = McpResource.of(template);
    Optional<McpSession> session =
        Optional.ofNullable(
            sessions.session(resource.namespace(), SessionName.of(resource, person.owner())));
    return new Holding(
        template,
        session,
        session.map(SessionKey::of).flatMap(uses),
        AccountView.givesGrants(template)
            ? grants.state(template, person.owner())
            : Optional.empty());
  }
}
