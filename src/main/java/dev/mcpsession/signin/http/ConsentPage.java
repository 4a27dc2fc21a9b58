package dev.mcpsession.signin.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.gateway.site.SiteAnswer;
import dev.mcpsession.gateway.site.SiteRequest;
import dev.mcpsession.signin.authorize.AuthorizationRequest;
import dev.mcpsession.signin.key.Purpose;
import dev.mcpsession.signin.page.Page;
import dev.mcpsession.signin.web.Parameters;
import dev.mcpsession.signin.web.RandomTexts;
import java.net.URI;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The page that asks a user whether a client may sign in as them. Its form holds the client's
 * request, sealed, and is good in the browser that was asked and in no other.
 */
final class ConsentPage {
  /** A browser's cookies; as long as a sign-in may last by default. */
  static final Duration REMEMBERED = Duration.ofDays(90);

  private static final String BROWSER = "mcp-browser";

  /** How long a user may look at the page. */
  private static final Duration CONSIDERED = Duration.ofHours(1);

  private final Browsing with;

  ConsentPage(Browsing with) {
    this.with = with;
  }

  /**
   * A request that the user has not decided on yet.
   *
   * @param browserHash of the cookie of the browser that was asked
   */
  record Awaited(
      AuthorizationRequest request, boolean freshLogin, String browserHash, Instant expiresAt) {
    /** Leaves out what may be secret. */
    @Override
    public String toString() {
      return "Awaited[" + request + "]";
    }
  }

  /**
   * The page.
   *
   * @param template that the client asks for
   * @param host where the user says who they are
   */
  SiteAnswer ask(
      SiteRequest request,
      McpSessionTemplate template,
      String host,
      AuthorizationRequest asked,
      boolean freshLogin) {
    String browser =
        with.cookies()
            .find(request, BROWSER)
            .filter(RandomTexts::isOne)
            .orElseGet(with.random()::next);
    URI redirect = URI.create(asked.redirectUri());
    String description = template.getSpec().description();
    return with.answers()
        .page(
            200,
            new Page.Consent(
                asked.client().name(),
                asked.documentHost(),
                redirect.getAuthority(),
                redirect.getScheme().equals("http"),
                asked.resource().toString(),
                description == null ? "" : description,
                host,
                asked.scopes(),
                Offers.signIn(template).requestedScopes(),
                with.sealed()
                    .seal(
                        Purpose.CONSENT,
                        new Awaited(
                            asked,
                            freshLogin,
                            RandomTexts.hash(browser),
                            with.clock().instant().plus(CONSIDERED)))))
        .with("Set-Cookie", with.cookies().set(BROWSER, browser, REMEMBERED));
  }

  /** What a form is about; empty: it is not of this browser's page, or that was open too long. */
  Optional<Awaited> sent(SiteRequest request, Parameters form) {
    return form.first("request")
        .flatMap(it -> with.sealed().open(Purpose.CONSENT, Awaited.class, it))
        .filter(it -> with.clock().instant().isBefore(it.expiresAt()))
        .filter(it -> isSameBrowser(request, it));
  }

  private boolean isSameBrowser(SiteRequest request, Awaited awaited) {
    return with.cookies()
        .find(request, BROWSER)
        .filter(
            it ->
                MessageDigest.isEqual(
                    RandomTexts.hash(it).getBytes(UTF_8), awaited.browserHash().getBytes(UTF_8)))
        .isPresent();
  }
}
