package dev.mcpsession.signin.page;

import java.util.List;
import java.util.Optional;

/**
 * What a person has at the gateway, and may end.
 *
 * @param name as people read it
 * @param provider host of what vouches for the person
 * @param formToken for the hidden field {@code token} of each form
 * @param notice what was done just before; empty: nothing
 * @param otherBrowsers number of other browsers in which the person is signed in here
 */
public record AccountPage(
    String name,
    String provider,
    String formToken,
    Optional<String> notice,
    List<Offer> offers,
    List<Session> sessions,
    List<Client> clients,
    List<Grant> grants,
    int otherBrowsers)
    implements Page {
  public AccountPage {
    offers = List.copyOf(offers);
    sessions = List.copyOf(sessions);
    clients = List.copyOf(clients);
    grants = List.copyOf(grants);
  }

  /** The token is left out. */
  @Override
  public String toString() {
    return "AccountPage[" + name + "]";
  }

  /**
   * A moment, for people and for programs.
   *
   * @param iso RFC 3339
   * @param exact with date and time of day
   * @param distance from now, such as "in 5 min"
   */
  public record Time(String iso, String exact, String distance) {}

  /**
   * What the person can use.
   *
   * @param name namespace/template
   * @param description may be empty
   * @param url of the MCP endpoint
   */
  public record Offer(String name, String description, String url) {}

  /** How a session does, for a colour beside the words. */
  public enum Mood {
    GOOD,
    WAITING,
    BAD
  }

  /**
   * What runs.
   *
   * @param offer namespace/template
   * @param state in a word or two
   * @param message what the operator says of it; may be empty
   * @param since empty: it is not known
   * @param ends what comes if nothing happens before, the next first
   */
  public record Session(
      String offer,
      Mood mood,
      String state,
      String message,
      Optional<Time> since,
      List<Ending> ends) {
    public Session {
      ends = List.copyOf(ends);
    }
  }

  /**
   * What happens to a session by itself.
   *
   * @param what such as "Suspended"
   * @param why such as "after 15 min without use"
   */
  public record Ending(String what, Time at, String why) {}

  /**
   * A client that is connected.
   *
   * @param id of its sign-in
   * @param name as it calls itself
   * @param host where it is from
   * @param offer what it uses: namespace/template
   */
  public record Client(
      String id, String name, String host, String offer, Time since, Time lastUsed) {}

  /** Whether a grant can be used. */
  public enum GrantState {
    NONE,
    GIVEN,
    REJECTED
  }

  /**
   * What the person lets the gateway do elsewhere.
   *
   * @param offer what needs it: namespace/template
   * @param host where
   * @param givenAt empty: it is not known
   */
  public record Grant(String offer, String host, GrantState state, Optional<Time> givenAt) {}
}
