package dev.mcpsession.signin.identity;

import dev.mcpsession.api.McpSessionSpec.Owner;
import java.util.List;
import java.util.Optional;

/**
 * All sign-ins, of all replicas. Methods that say so block for a request to the API server, so they
 * are for virtual threads.
 */
public interface SignIns {
  /** From the cache: one that is there, ended or not. */
  Optional<SignIn> find(String id);

  /** Whether it was seen to end, so that asking the API server is not worth it. From memory. */
  boolean isKnownToHaveEnded(String id);

  /**
   * Live; blocks.
   *
   * @throws StoreException if the API server did not answer, or refused
   */
  Optional<SignIn> read(String id) throws StoreException;

  /** From the cache: those of one owner that have not ended, of clients and of the account page. */
  List<SignIn> of(Owner owner);

  /**
   * Stores a new one; blocks.
   *
   * @return false: there is one of that id
   */
  boolean create(SignIn signIn) throws StoreException;

  /**
   * Stores a change of what was read; blocks.
   *
   * @return the stored one; empty: somebody else has changed it, or it is gone
   */
  Optional<SignIn> replace(SignIn signIn) throws StoreException;

  /**
   * Ends one; blocks. Does nothing if it has ended. One whose code may still be sent a second time
   * is marked and removed later.
   */
  void end(String id) throws StoreException;
}
