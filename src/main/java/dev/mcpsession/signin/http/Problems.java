package dev.mcpsession.signin.http;

import dev.mcpsession.gateway.site.SiteAnswer;
import dev.mcpsession.signin.authorize.AuthorizationRequest;
import dev.mcpsession.signin.identity.SignInEvents;
import dev.mcpsession.signin.identity.SignInEvents.Identity;
import dev.mcpsession.signin.identity.SignInEvents.Outcome;
import dev.mcpsession.signin.page.Page;
import dev.mcpsession.signin.provider.ProviderException;
import dev.mcpsession.signin.web.PageAnswers;
import dev.mcpsession.signin.web.SignInPaths;
import java.util.Optional;

/** Tells users in words what cannot be done, and lets them return to the client that waits. */
final class Problems {
  private static final String RETRY_SECONDS = "10";

  private final PageAnswers answers;
  private final SignInEvents events;
  private final String issuer;

  /**
   * @param events is told of visits that came to nothing
   * @param issuer the gateway's own, for what is told to clients
   */
  Problems(PageAnswers answers, SignInEvents events, String issuer) {
    this.answers = answers;
    this.events = events;
    this.issuer = issuer;
  }

  /** A problem that only the client, or its user, can mend. */
  SiteAnswer of(int status, String title, String message) {
    return answers.page(status, new Page.Problem(title, message, "", Optional.empty()));
  }

  /** Trying again may help. */
  SiteAnswer later(String title, String message) {
    return answers
        .page(
            503, new Page.Problem(title, message, "Try again in a few moments.", Optional.empty()))
        .with("Retry-After", RETRY_SECONDS);
  }

  /** A problem while a client waits. */
  SiteAnswer whileWaiting(
      int status,
      String title,
      String message,
      String advice,
      String error,
      Optional<AuthorizationRequest> waiting) {
    return answers.page(
        status,
        new Page.Problem(
            title,
            message,
            advice,
            Optional.of(
                waiting
                    .map(
                        it ->
                            new Page.Link(
                                it.redirect().withError(error, message, issuer),
                                "Return to " + it.client().name()))
                    .orElseGet(() -> new Page.Link(SignInPaths.ACCOUNT, "Your account")))));
  }

  /** The template is not there any more. */
  SiteAnswer gone(AuthorizationRequest waiting) {
    return whileWaiting(
        404,
        "This is not offered any more",
        "What you wanted to sign in for (" + waiting.resource() + ") is not there any more.",
        "Ask whoever told you its address.",
        "invalid_target",
        Optional.of(waiting));
  }

  /**
   * A provider did not do what was asked of it.
   *
   * @param identity of the visit that came to nothing
   */
  SiteAnswer ofProvider(
      ProviderException failure, Identity identity, Optional<AuthorizationRequest> waiting) {
    events.visited(identity, outcome(failure.kind()));
    String message = String.valueOf(failure.getMessage());
    return switch (failure.kind()) {
      case AWAY ->
          whileWaiting(
                  503,
                  "You cannot be signed in now",
                  message,
                  "Try again in a few moments.",
                  "temporarily_unavailable",
                  waiting)
              .with("Retry-After", RETRY_SECONDS);
      case REFUSED ->
          whileWaiting(
              403,
              "You were not signed in",
              message,
              "Begin again in your client.",
              "access_denied",
              waiting);
      case MISMATCH ->
          whileWaiting(
              400,
              "This sign-in does not fit",
              message,
              "Nothing was stored. Begin again in your client.",
              "server_error",
              waiting);
      case MISCONFIGURED ->
          whileWaiting(500, "You cannot be signed in", message, "", "server_error", waiting);
    };
  }

  private static Outcome outcome(ProviderException.Kind kind) {
    return switch (kind) {
      case AWAY -> Outcome.away;
      case REFUSED -> Outcome.refused;
      case MISMATCH -> Outcome.mismatch;
      case MISCONFIGURED -> Outcome.misconfigured;
    };
  }
}
