package dev.mcpsession.signin.account;

import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.McpSessionTemplateSpec;
import dev.mcpsession.config.EndpointUrl;
import dev.mcpsession.signin.identity.Grants;
import dev.mcpsession.signin.identity.Person;
import dev.mcpsession.signin.identity.SignIn;
import dev.mcpsession.signin.page.AccountPage;
import dev.mcpsession.signin.page.AccountPage.GrantState;
import java.net.URI;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * PURE. What the account page tells a person. What somebody may not use any more is no offer, but
 * what is left of it stays there to be ended.
 *
 * @param person who is signed in
 * @param own the sign-in of the browser that asks
 * @param holdings one for each of the {@linkplain OwnTemplates person's templates}, in their order
 * @param signIns all of the person's owner that have not ended
 * @param baseUrl of the gateway, without a slash at its end
 */
record AccountView(
    Person person, SignIn own, List<Holding> holdings, List<SignIn> signIns, URI baseUrl) {
  AccountView {
    holdings = List.copyOf(holdings);
    signIns = List.copyOf(signIns);
  }

  /**
   * The page.
   *
   * @param provider host of what vouches for the person
   * @param formToken for its forms
   * @param notice what was done just before
   */
  AccountPage page(String provider, String formToken, Optional<String> notice, Instant now) {
    Times times = new Times(now);
    return new AccountPage(
        person.name(),
        provider,
        formToken,
        notice,
        offers(),
        sessions(times),
        clients(times),
        grants(times),
        otherBrowsers());
  }

  /**
   * Whether a sign-in is this person's, and not that of somebody of the same name elsewhere.
   *
   * @param signIn of any owner
   */
  static boolean isOf(Person person, SignIn signIn) {
    return signIn.person().owner().equals(person.owner())
        && signIn.person().provider().equals(person.provider());
  }

  private List<AccountPage.Offer> offers() {
    return holdings.stream().filter(this::isOffered).map(this::offer).toList();
  }

  private boolean isOffered(Holding holding) {
    return person.mayUse(holding.template());
  }

  private AccountPage.Offer offer(Holding holding) {
    String description = holding.template().getSpec().description();
    return new AccountPage.Offer(
        holding.resource().toString(),
        description == null ? "" : description,
        baseUrl + holding.resource().path());
  }

  private List<AccountPage.Session> sessions(Times times) {
    SessionWords words = new SessionWords(times);
    return holdings.stream()
        .flatMap(
            holding ->
                holding.session().stream()
                    .filter(
                        session ->
                            session.getSpec().isOf(person.owner(), holding.resource().template()))
                    .map(
                        session ->
                            words.tell(
                                holding.resource().toString(),
                                session,
                                holding.template(),
                                holding.use())))
        .toList();
  }

  private List<AccountPage.Client> clients(Times times) {
    return signIns.stream()
        .filter(it -> isOf(person, it) && !it.isEnded())
        .sorted(Comparator.comparing(SignIn::lastUsedAt).reversed())
        .flatMap(
            it ->
                it.client().stream()
                    .flatMap(
                        client ->
                            it.resource().stream()
                                .map(
                                    resource ->
                                        new AccountPage.Client(
                                            it.id(),
                                            client.name(),
                                            client.host(),
                                            resource.toString(),
                                            times.tell(it.createdAt()),
                                            times.tell(it.lastUsedAt())))))
        .toList();
  }

  private List<AccountPage.Grant> grants(Times times) {
    return holdings.stream()
        .filter(it -> it.grant().isPresent() || (givesGrants(it.template()) && isOffered(it)))
        .map(it -> grant(it, times))
        .toList();
  }

  /** Whether each user of a template can give a grant of its upstream. */
  static boolean givesGrants(McpSessionTemplate template) {
    return template.getSpec().givesEachUserAGrant() && upstream(template).isPresent();
  }

  private AccountPage.Grant grant(Holding holding, Times times) {
    GrantState state =
        holding
            .grant()
            .map(it -> it.isRejected() ? GrantState.REJECTED : GrantState.GIVEN)
            .orElse(GrantState.NONE);
    return new AccountPage.Grant(
        holding.resource().toString(),
        upstream(holding.template()).orElse("the upstream"),
        state,
        holding.grant().flatMap(Grants.State::givenAt).map(times::tell));
  }

  /** The host where a user gives it. */
  private static Optional<String> upstream(McpSessionTemplate template) {
    McpSessionTemplateSpec.SignIn signIn = template.getSpec().signIn();
    String endpoint = signIn == null ? null : signIn.authorizationEndpoint();
    EndpointUrl url = endpoint == null ? null : EndpointUrl.parse(endpoint);
    return Optional.ofNullable(url).map(it -> it.uri().getAuthority());
  }

  private int otherBrowsers() {
    return (int)
        signIns.stream()
            .filter(it -> isOf(person, it) && !it.isEnded())
            .filter(it -> it.resource().isEmpty() && !it.id().equals(own.id()))
            .count();
  }
}
