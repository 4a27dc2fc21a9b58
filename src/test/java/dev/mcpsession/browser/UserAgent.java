package dev.mcpsession.browser;

import static org.awaitility.Awaitility.await;

import java.time.Duration;

/** What somebody sees and does on web pages, one page at a time. */
public abstract class UserAgent implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** From consent over two sign-ins to the client there are fewer. */
  private static final int MOST_PAGES = 10;

  /** What there is to do on a page. */
  private enum Step {
    ARRIVED,
    KEYCLOAK,
    FORGEJO,
    CONSENT,
    NOTHING
  }

  /** Goes to a URL, and to where that leads. */
  public abstract void open(String url);

  /** Of the page that is shown; where nobody listens, of the page that is not. */
  public abstract String url();

  /** Its text as people read it. */
  public abstract String text();

  /** Whether there is an input of that name. */
  public abstract boolean hasField(String name);

  /** Whether there is a button with that text. */
  public abstract boolean hasButton(String text);

  public abstract void fill(String name, String value);

  /** Presses a button, and goes to where that leads. */
  public abstract void press(String text);

  /**
   * Opens the URL to which an MCP client sends its user, and goes through every page: consents at
   * the gateway, signs in at {@code ForgejoIssuer} by name and at {@code Keycloak} with the name as
   * password.
   *
   * @param redirectUri of the client, or what it begins with
   * @return the URL by which the client gets its answer
   */
  public final String signIn(String authorizationUrl, String user, String redirectUri) {
    open(authorizationUrl);
    for (int page = 0; page < MOST_PAGES; page++) {
      switch (awaitStep(redirectUri)) {
        case ARRIVED -> {
          return url();
        }
        case KEYCLOAK -> {
          if (hasField("username")) { // otherwise it knows whom it asks again
            fill("username", user);
          }
          fill("password", user);
          press("Sign In");
        }
        case FORGEJO -> {
          fill("user_name", user);
          press("Allow");
        }
        case CONSENT -> press("Allow");
        case NOTHING ->
            throw new AssertionError("There is nothing to do at " + url() + ":\n" + text());
      }
    }
    throw new AssertionError("Still not there after " + MOST_PAGES + " pages, but at " + url());
  }

  private Step awaitStep(String redirectUri) {
    return isDynamic()
        ? await("what to do at " + url())
            .atMost(PATIENCE)
            .until(() -> step(redirectUri), step -> step != Step.NOTHING)
        : step(redirectUri);
  }

  /** Whether a page can change after it was shown. */
  abstract boolean isDynamic();

  private Step step(String redirectUri) {
    if (url().startsWith(redirectUri)) {
      return Step.ARRIVED;
    }
    if (hasField("password")) {
      return Step.KEYCLOAK;
    }
    if (hasField("user_name")) {
      return Step.FORGEJO;
    }
    return hasButton("Allow") ? Step.CONSENT : Step.NOTHING;
  }

  @Override
  public abstract void close();
}
