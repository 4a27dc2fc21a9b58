package dev.mcpsession.signin.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.config.GatewayConfig;
import dev.mcpsession.gateway.auth.ResourceMetadata;
import dev.mcpsession.gateway.session.SessionView;
import dev.mcpsession.signin.access.SignInAuthenticator;
import dev.mcpsession.signin.client.Client;
import dev.mcpsession.signin.client.ClientLookup;
import dev.mcpsession.signin.client.Clients;
import dev.mcpsession.signin.identity.Endings;
import dev.mcpsession.signin.identity.MemoryGrants;
import dev.mcpsession.signin.identity.MemorySignIns;
import dev.mcpsession.signin.identity.OAuthErrorCode;
import dev.mcpsession.signin.identity.Person;
import dev.mcpsession.signin.identity.SignIn;
import dev.mcpsession.signin.identity.SignInEvents;
import dev.mcpsession.signin.key.SignInKeys;
import dev.mcpsession.signin.page.JtePages;
import dev.mcpsession.signin.provider.Provider;
import dev.mcpsession.signin.provider.ProviderException;
import dev.mcpsession.signin.provider.Providers;
import dev.mcpsession.signin.token.AccessTokens;
import dev.mcpsession.signin.web.RandomTexts;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.URI;
import java.net.URLEncoder;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The whole site with everything that it asks in memory: providers, sign-ins, grants, clients. */
final class SiteFixture {
  static final String ISSUER = "https://mcp.example";
  static final Instant START = Instant.parse("2026-11-28T10:00:00Z");

  /** Its user info says who the user is. */
  static final String FORGEJO = ISSUER + "/team/forgejo/mcp";

  /** The identity provider says who the user is, and Gitea's grant is asked for after that. */
  static final String GITEA = ISSUER + "/team/gitea/mcp";

  static final Client EDITOR =
      new Client("editor", "Editor", Optional.empty(), List.of("http://127.0.0.1/callback"));
  static final Client OTHER =
      new Client("other", "Other", Optional.empty(), List.of("https://other.example/callback"));

  static final Client OF_A_DOCUMENT =
      new Client(
          "document",
          "Editor",
          Optional.of("editor.example"),
          List.of("http://127.0.0.1/callback"));

  final MemorySignIns signIns;
  final MemoryGrants grants = new MemoryGrants();
  final Map<String, McpSessionTemplate> templates = new LinkedHashMap<>();
  final Map<String, FakeProvider> providers = new HashMap<>();
  final List<String> ended = new ArrayList<>();

  /** What was counted of visits and refusals. */
  final List<String> told = new ArrayList<>();

  final InstantSource clock;
  final SignInKeys keys = SignInKeys.generated(START, new SecureRandom());

  /** Of the endpoints of MCP, in every replica. */
  final SignInAuthenticator authenticator;

  /** Why no upstream can be asked; null: each can. */
  @Nullable ProviderException misconfigured;

  final SignInSite site;
  private final GatewayConfig.Clients clients =
      new GatewayConfig.Clients(true, true, List.of("other.example"), false);
  private final Clients registered = new Clients(clients, () -> keys, Optional.empty());
  private final AccessTokens accessTokens =
      new AccessTokens(ISSUER, resource -> ISSUER + resource.path(), Duration.ofMinutes(10));
  private Instant now = START;

  /** What is answered for each code; everything else is refused. */
  static final class FakeProvider implements Provider {
    final String host;
    final Map<String, Redeemed> codes = new HashMap<>();
    final List<Departure> departures = new ArrayList<>();
    final List<String> revoked = new ArrayList<>();
    String fingerprint;
    ProviderException failure;

    FakeProvider(String host) {
      this.host = host;
      this.fingerprint = "of " + host;
    }

    /** A code of a user who gives this refresh token. */
    void gives(String code, String subject, String refreshToken) {
      gives(code, subject, Set.of(), refreshToken);
    }

    /** A code of a user of these groups. */
    void gives(String code, String subject, Set<String> groups, String refreshToken) {
      codes.put(
          code,
          new Redeemed(
              Optional.of(
                  new Person(new Owner("https://" + host, subject), subject, groups, fingerprint)),
              Optional.ofNullable(refreshToken),
              START));
    }

    @Override
    public String host() {
      return host;
    }

    @Override
    public String fingerprint() {
      return fingerprint;
    }

    @Override
    public URI authorizationUrl(Departure departure) {
      departures.add(departure);
      return URI.create("https://" + host + "/authorize?state=" + departure.state());
    }

    @Override
    public Redeemed redeem(Arrival arrival) throws ProviderException {
      if (failure != null) {
        throw failure;
      }
      Redeemed redeemed = codes.remove(arrival.code());
      boolean isOfThisFlow =
          departures.stream()
              .anyMatch(
                  it ->
                      it.codeChallenge().equals(RandomTexts.hash(arrival.codeVerifier()))
                          && it.nonce().equals(arrival.nonce()));
      if (redeemed == null || !isOfThisFlow) {
        throw new ProviderException(
            ProviderException.Kind.REFUSED, host + " does not accept the code.");
      }
      return redeemed;
    }

    @Override
    public void revoke(String refreshToken) {
      revoked.add(refreshToken);
    }
  }

  SiteFixture() {
    clock = () -> now;
    signIns = new MemorySignIns(clock);
    providers.put("team/forgejo", new FakeProvider("git.example"));
    providers.put("team/gitea", new FakeProvider("gitea.example"));
    providers.put("identity", new FakeProvider("sso.example"));
    offer("forgejo", "Upstream", "git.example");
    offer("gitea", "Issuer", "gitea.example");
    authenticator =
        new SignInAuthenticator(
            accessTokens, () -> keys, signIns, Optional.empty(), clock, Runnable::run);
    site = replica();
  }

  /** One more that shares nothing with the others but what Kubernetes has. */
  SignInSite replica() {
    return SignInSite.of(
        new SignInSite.Services(
            new GatewayConfig.SignIn(
                URI.create(ISSUER),
                Optional.empty(),
                "keys",
                Optional.empty(),
                List.of(),
                Duration.ofMinutes(10),
                Duration.ofDays(14),
                Duration.ofDays(90),
                clients),
            () -> keys,
            accessTokens,
            signIns,
            grants,
            new NotedEndings(),
            new FakeProviders(),
            this::client,
            new JtePages(),
            new Templates(),
            session -> Optional.empty(),
            new ResourceMetadata(ISSUER, Optional.of(ISSUER), List.of()),
            new Told(),
            new SecureRandom(),
            clock));
  }

  /** Time passes. */
  void pass(Duration time) {
    now = now.plus(time);
  }

  McpSessionTemplate template(String name) {
    return templates.get("team/" + name);
  }

  private void offer(String name, String identity, String host) {
    templates.put(
        "team/" + name,
        Serialization.unmarshal(
            """
            apiVersion: mcpsession.dev/v1alpha1
            kind: McpSessionTemplate
            metadata: {name: %1$s, namespace: team, uid: uid-%1$s}
            spec:
              description: The %1$s of this house
              access: {everyone: true, requiredScopes: [mcp]}
              signIn:
                identity: %2$s
                authorizationEndpoint: https://%3$s/authorize
                userInfoEndpoint: https://%3$s/userinfo
                scopes: ["read:repository"]
              session:
                podTemplate: {spec: {containers: []}}
                token: {oauth2Refresh: {tokenEndpoint: "https://%3$s/token", clientSecretName: c}}
            """
                .formatted(name, identity, host),
            McpSessionTemplate.class));
  }

  private ClientLookup client(String id) {
    return switch (id) {
      case "editor" -> new ClientLookup.Found(EDITOR);
      case "other" -> new ClientLookup.Found(OTHER);
      case "away" -> new ClientLookup.Unavailable("Its document cannot be read now.");
      case "document" -> new ClientLookup.Found(OF_A_DOCUMENT);
      default -> registered.find(id);
    };
  }

  private final class FakeProviders implements Providers {
    @Override
    public Provider upstream(McpSessionTemplate template) throws ProviderException {
      if (misconfigured != null) {
        throw misconfigured;
      }
      return providers.get("team/" + template.getMetadata().getName());
    }

    @Override
    public Optional<Provider> identityProvider() {
      return Optional.ofNullable(providers.get("identity"));
    }
  }

  private final class Templates implements SessionView {
    @Override
    public McpSession session(String namespace, String name) {
      return null;
    }

    @Override
    public McpSessionTemplate template(String namespace, String name) {
      return templates.get(namespace + "/" + name);
    }

    @Override
    public List<McpSessionTemplate> templates() {
      return List.copyOf(templates.values());
    }

    @Override
    public boolean isSynced() {
      return true;
    }

    @Override
    public void listen(Listener listener) {}
  }

  private final class Told implements SignInEvents {
    @Override
    public void visited(Identity identity, Outcome outcome) {
      told.add(identity + " " + outcome);
    }

    @Override
    public void refused(Place place, OAuthErrorCode reason) {
      told.add(place + " " + reason);
    }
  }

  private final class NotedEndings implements Endings {
    @Override
    public void endSignIn(SignIn signIn) throws dev.mcpsession.signin.identity.StoreException {
      signIns.end(signIn.id());
      ended.add("sign-in " + signIn.id());
    }

    @Override
    public void endSession(McpSessionTemplate template, Owner owner) {
      ended.add("session " + template.getMetadata().getName() + " of " + owner.subject());
    }

    @Override
    public void takeBack(McpSessionTemplate template, Owner owner) {
      ended.add("grant " + template.getMetadata().getName() + " of " + owner.subject());
    }

    @Override
    public void endAll(Person person) {
      ended.add("all of " + person.owner().subject());
    }
  }

  /** A query or form of pairs. */
  static String form(String... pairs) {
    StringBuilder form = new StringBuilder();
    for (int i = 0; i < pairs.length; i += 2) {
      form.append(i == 0 ? "" : "&")
          .append(pairs[i])
          .append('=')
          .append(URLEncoder.encode(pairs[i + 1], UTF_8));
    }
    return form.toString();
  }
}
