package dev.mcpsession.signin.account;

import static dev.mcpsession.signin.account.AccountObjects.ALICE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.VirtualTime;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.session.SessionView;
import dev.mcpsession.gateway.site.SiteAnswer;
import dev.mcpsession.gateway.site.SiteRequest;
import dev.mcpsession.signin.identity.Endings;
import dev.mcpsession.signin.identity.MemoryGrants;
import dev.mcpsession.signin.identity.MemorySignIns;
import dev.mcpsession.signin.identity.OAuthErrorCode;
import dev.mcpsession.signin.identity.Person;
import dev.mcpsession.signin.identity.SignIn;
import dev.mcpsession.signin.identity.SignInEvents;
import dev.mcpsession.signin.identity.SignInLimits;
import dev.mcpsession.signin.identity.StoreException;
import dev.mcpsession.signin.key.SignInKeys;
import dev.mcpsession.signin.page.JtePages;
import dev.mcpsession.signin.provider.Provider;
import dev.mcpsession.signin.provider.ProviderException;
import dev.mcpsession.signin.provider.Providers;
import dev.mcpsession.signin.web.Cookies;
import dev.mcpsession.signin.web.PageAnswers;
import java.net.URI;
import java.net.URLEncoder;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The account page with all that it needs in memory. */
final class AccountWorld {
  static final Duration IDLE = Duration.ofDays(14);
  static final Duration ABSOLUTE = Duration.ofDays(90);

  final VirtualTime clock = new VirtualTime();
  final MemorySignIns signIns = new MemorySignIns(clock);
  final MemoryGrants grants = new MemoryGrants();
  final SignInKeys keys = SignInKeys.generated(clock.instant(), new SecureRandom());

  /** What was ended or begun, in words. */
  final List<String> done = new ArrayList<>();

  final List<McpSessionTemplate> templates = new ArrayList<>();
  final Map<String, McpSession> sessions = new HashMap<>();

  /** Fingerprints of upstreams by names of templates; those of others cannot be known. */
  final Map<String, String> fingerprints = new HashMap<>();

  /** Forms that were refused, and why. */
  final List<OAuthErrorCode> refused = new ArrayList<>();

  int askedForUpstreams;
  final AccountEndpoint endpoint;

  private final SignInEvents events =
      new SignInEvents() {
        @Override
        public void refused(Place place, OAuthErrorCode reason) {
          assertThat(place).isEqualTo(Place.account);
          refused.add(reason);
        }
      };

  AccountWorld() {
    this(true, IDLE);
  }

  AccountWorld(boolean isSecure, Duration idle) {
    endpoint =
        AccountEndpoint.of(
            new AccountEndpoint.Services(
                () -> keys,
                signIns,
                grants,
                new Ended(),
                new Upstreams(),
                new Cache(),
                session -> Optional.empty(),
                URI.create("https://mcp.example"),
                new SignInLimits(idle, ABSOLUTE),
                new Cookies(isSecure),
                new PageAnswers(new JtePages()),
                events,
                new SecureRandom(),
                clock),
            new Departures());
    offer(AccountObjects.template("forgejo"), ALICE.provider());
  }

  /** Offers a template whose users the provider of this fingerprint vouches for. */
  void offer(McpSessionTemplate template, String fingerprint) {
    templates.add(template);
    fingerprints.put(template.getMetadata().getName(), fingerprint);
  }

  /** Somebody's browser. */
  Browsing browser() {
    return new Browsing();
  }

  /** Somebody's browser in which they have signed in. */
  Browsing browser(Person person) throws StoreException {
    Browsing browser = new Browsing();
    browser.signIn(person);
    return browser;
  }

  /** One browser with its cookie. */
  final class Browsing {
    @Nullable String cookie;

    /** Comes back from where they said who they are. */
    SiteAnswer signIn(Person person) throws StoreException {
      return take(endpoint.signedIn(request("GET", "", Map.of()), person));
    }

    SiteAnswer get() throws StoreException {
      return get("");
    }

    SiteAnswer get(String query) throws StoreException {
      return take(endpoint.answer(request("GET", query, Map.of())));
    }

    String page() throws StoreException {
      return body(get());
    }

    /** Sends a form with the token of the page. */
    SiteAnswer submit(String action, String... fields) throws StoreException {
      Map<String, String> form = new HashMap<>(Map.of("action", action, "token", token()));
      for (int i = 0; i < fields.length; i += 2) {
        form.put(fields[i], fields[i + 1]);
      }
      return post(form);
    }

    SiteAnswer post(Map<String, String> form) throws StoreException {
      return take(endpoint.answer(request("POST", "", form)));
    }

    String token() throws StoreException {
      String before = "name=\"token\" value=\"";
      String page = page();
      int start = page.indexOf(before) + before.length();
      return page.substring(start, page.indexOf('"', start));
    }

    private SiteRequest request(String method, String query, Map<String, String> form) {
      Map<String, List<String>> headers = new HashMap<>();
      if (cookie != null) {
        headers.put("cookie", List.of(cookie));
      }
      headers.put("content-type", List.of("application/x-www-form-urlencoded"));
      String body =
          form.entrySet().stream()
              .map(it -> it.getKey() + "=" + URLEncoder.encode(it.getValue(), UTF_8))
              .collect(Collectors.joining("&"));
      return new SiteRequest(method, "/account", query, headers, body.getBytes(UTF_8));
    }

    SiteAnswer take(SiteAnswer answer) {
      header(answer, "Set-Cookie")
          .ifPresent(set -> cookie = set.contains("Max-Age=0;") ? null : set.split(";", 2)[0]);
      return answer;
    }
  }

  static Optional<String> header(SiteAnswer answer, String name) {
    return answer.headers().stream()
        .filter(it -> it.name().equals(name))
        .map(SiteAnswer.Header::value)
        .findFirst();
  }

  static String body(SiteAnswer answer) {
    return new String(answer.body(), UTF_8);
  }

  private final class Upstreams implements Providers {
    @Override
    public Provider upstream(McpSessionTemplate template) throws ProviderException {
      askedForUpstreams++;
      String fingerprint = fingerprints.get(template.getMetadata().getName());
      if (fingerprint == null) {
        throw new ProviderException(ProviderException.Kind.AWAY, "cannot be known now");
      }
      return new KnownProvider("git.example", fingerprint);
    }

    @Override
    public Optional<Provider> identityProvider() {
      return Optional.of(new KnownProvider("sso.example", "of-sso"));
    }
  }

  private record KnownProvider(String host, String fingerprint) implements Provider {
    @Override
    public URI authorizationUrl(Departure departure) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Redeemed redeem(Arrival arrival) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void revoke(String refreshToken) {
      throw new UnsupportedOperationException();
    }
  }

  private final class Departures implements AccountFlows {
    @Override
    public SiteAnswer signIn(SiteRequest request, Optional<McpResource> upstream) {
      done.add("sign in at " + upstream.map(Object::toString).orElse("the identity provider"));
      return SiteAnswer.of(200);
    }

    @Override
    public SiteAnswer giveGrant(SiteRequest request, Person person, McpSessionTemplate template) {
      done.add("grant of " + person.name() + " for " + McpResource.of(template));
      return SiteAnswer.of(200);
    }
  }

  private final class Ended implements Endings {
    @Override
    public void endSignIn(SignIn signIn) throws StoreException {
      done.add("sign-in " + signIn.id().charAt(0));
      signIns.end(signIn.id());
    }

    @Override
    public void endSession(McpSessionTemplate template, Owner owner) {
      done.add("session " + McpResource.of(template) + " of " + owner.subject());
    }

    @Override
    public void takeBack(McpSessionTemplate template, Owner owner) {
      done.add("grant " + McpResource.of(template) + " of " + owner.subject());
    }

    @Override
    public void endAll(Person person) throws StoreException {
      done.add("all of " + person.name());
      for (SignIn signIn : signIns.of(person.owner())) {
        if (AccountView.isOf(person, signIn)) {
          signIns.end(signIn.id());
        }
      }
    }
  }

  private final class Cache implements SessionView {
    @Override
    public @Nullable McpSession session(String namespace, String name) {
      return sessions.get(namespace + "/" + name);
    }

    @Override
    public @Nullable McpSessionTemplate template(String namespace, String name) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<McpSessionTemplate> templates() {
      return List.copyOf(templates);
    }

    @Override
    public boolean isSynced() {
      return true;
    }

    @Override
    public void listen(Listener listener) {
      throw new UnsupportedOperationException();
    }
  }
}
