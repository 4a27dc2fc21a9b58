package dev.mcpsession.signin.page;

import java.util.List;
import java.util.Optional;

/** What a page shows. All texts may come from outside; rendering escapes them. */
public sealed interface Page
    permits Page.Consent, Page.Leaving, Page.Problem, Page.AccountSignIn, AccountPage {
  /**
   * Asks whether a client may act for the user.
   *
   * @param clientName as the client calls itself
   * @param clientHost of its metadata document; empty: nobody has checked the name
   * @param redirectHost where the browser, and with it the code, is sent in the end; "this
   *     computer" is to be said of a loopback address
   * @param isLoopback whether that is this computer
   * @param offer what is offered: namespace/template
   * @param description of the offer; may be empty
   * @param provider host where the user signs in next
   * @param scopes what the client asks for; may be empty
   * @param upstreamScopes what the gateway asks of the upstream for the user; may be empty
   * @param request sealed, for the hidden field {@code request}
   */
  record Consent(
      String clientName,
      Optional<String> clientHost,
      String redirectHost,
      boolean isLoopback,
      String offer,
      String description,
      String provider,
      List<String> scopes,
      List<String> upstreamScopes,
      String request)
      implements Page {}

  /**
   * Leaves for another site at once, by a refresh of the page: a redirect that answers a form would
   * be held to form-action along its whole way.
   *
   * @param url where to
   * @param host of it
   */
  record Leaving(String url, String host) implements Page {}

  /**
   * Something cannot be done.
   *
   * @param title in a few words
   * @param message what happened, in a sentence or two
   * @param advice what to do; may be empty
   * @param link where to go on, path and text; empty: nowhere
   */
  record Problem(String title, String message, String advice, Optional<Link> link)
      implements Page {}

  /**
   * Stands for the account page until it is known who asks.
   *
   * @param notice what happened just before; empty: nothing
   * @param choices where users can sign in; if there are none, nobody can
   */
  record AccountSignIn(Optional<String> notice, List<Choice> choices) implements Page {
    public AccountSignIn {
      choices = List.copyOf(choices);
    }
  }

  /**
   * One place to sign in at.
   *
   * @param key what the form sends
   * @param host of the place
   */
  record Choice(String key, String host) {}

  /** A link on the gateway itself. */
  record Link(String path, String text) {}
}
