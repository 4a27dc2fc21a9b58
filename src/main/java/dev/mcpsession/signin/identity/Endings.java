package dev.mcpsession.signin.identity;

import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.api.McpSessionTemplate;

/**
 * Ends what a user has, in the order sign-in, connections, session, grant, each only if it is still
 * there; the upstream's token is revoked. Methods block for requests to the API server and to the
 * upstream; what the upstream does not take is logged.
 */
public interface Endings {
  /**
   * One client's sign-in; connections, session and grant only if no other sign-in of the same owner
   * for the same template is left.
   */
  void endSignIn(SignIn signIn) throws StoreException;

  /** Only the session, with its connections: the next request begins another. */
  void endSession(McpSessionTemplate template, Owner owner) throws StoreException;

  /** The grant of a template, and all that stands on it. */
  void takeBack(McpSessionTemplate template, Owner owner) throws StoreException;

  /**
   * Everything of a person, at every template that the same provider vouches for them at: all
   * sign-ins, of clients and of the account page, sessions and grants.
   */
  void endAll(Person person) throws StoreException;
}
