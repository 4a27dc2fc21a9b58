package dev.mcpsession.signin.identity;

import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.api.McpSessionTemplate;
import java.time.Instant;
import java.util.Optional;

/**
 * Users' upstream grants, one for each owner and template. Every method blocks for requests to the
 * API server.
 */
public interface Grants {
  /**
   * What is there.
   *
   * @param isRejected whether the upstream has rejected it, so that the user has to sign in again
   * @param givenAt when the user gave it; empty: it is not said
   */
  record State(boolean isRejected, Optional<Instant> givenAt) {}

  /** Empty: the user has given none. */
  Optional<State> state(McpSessionTemplate template, Owner owner) throws StoreException;

  /**
   * Stores a refresh token in the place of what was there, unless that was given later; a rejection
   * of what was there says nothing of it.
   *
   * @param obtainedAt when the upstream gave it, by this replica's clock
   */
  void store(McpSessionTemplate template, Owner owner, String refreshToken, Instant obtainedAt)
      throws StoreException;

  /**
   * Deletes what is there.
   *
   * @return the refresh token that was in it, to be revoked; empty: there was none
   */
  Optional<String> delete(McpSessionTemplate template, Owner owner) throws StoreException;
}
