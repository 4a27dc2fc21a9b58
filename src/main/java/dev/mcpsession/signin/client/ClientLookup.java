package dev.mcpsession.signin.client;

/** What was found of a client id. */
public sealed interface ClientLookup {
  /** There is such a client. */
  record Found(Client client) implements ClientLookup {}

  /**
   * There is none, or what it publishes cannot be used.
   *
   * @param message a sentence or two for the user: what is the matter, and what to do
   */
  record Unknown(String message) implements ClientLookup {}

  /**
   * It cannot be said now; trying again may help.
   *
   * @param message as of {@link Unknown}
   */
  record Unavailable(String message) implements ClientLookup {}
}
