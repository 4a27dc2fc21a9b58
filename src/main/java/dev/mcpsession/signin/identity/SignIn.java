package dev.mcpsession.signin.identity;

import dev.mcpsession.gateway.route.McpResource;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A sign-in as it is stored, without any token.
 *
 * @param id 40 hexadecimal digits: of a client's, the beginning of the SHA-256 of the code that it
 *     began with; its Secret is {@code signin-<id>}
 * @param resource what it is for; empty: the account page
 * @param client the client that has it; empty: the account page
 * @param scopes that were granted
 * @param createdAt when it began
 * @param lastUsedAt when it was used last: a refresh, or a visit of the account page
 * @param refresh what is known of its refresh tokens; of the account page, of its cookie
 * @param isEnded whether it is kept only so that its code cannot begin another one
 * @param version of the Secret that it was read from; empty: not stored yet
 */
public record SignIn(
    String id,
    Person person,
    Optional<McpResource> resource,
    Optional<ClientName> client,
    List<String> scopes,
    Instant createdAt,
    Instant lastUsedAt,
    RefreshState refresh,
    boolean isEnded,
    Optional<Version> version) {
  public SignIn {
    scopes = List.copyOf(scopes);
  }

  /** The same after a refresh or a visit. */
  public SignIn used(RefreshState newRefresh, Instant now) {
    return new SignIn(
        id, person, resource, client, scopes, createdAt, now, newRefresh, isEnded, version);
  }

  /** The same after its end. */
  public SignIn ended() {
    return new SignIn(
        id, person, resource, client, scopes, createdAt, lastUsedAt, refresh, true, version);
  }

  /** The same as it is stored. */
  public SignIn storedAs(Version newVersion) {
    return new SignIn(
        id,
        person,
        resource,
        client,
        scopes,
        createdAt,
        lastUsedAt,
        refresh,
        isEnded,
        Optional.of(newVersion));
  }

  /**
   * A client, as a sign-in remembers it.
   *
   * @param idHash SHA-256 of its client id, 64 hexadecimal digits
   * @param name what people read
   * @param host where it is from: of its metadata document, else of its redirect URI
   */
  public record ClientName(String idHash, String name, String host) {}

  /**
   * What is known of refresh tokens, of which two can be used.
   *
   * @param generation of the current one, from 1
   * @param currentHash SHA-256 of it, 64 hexadecimal digits
   * @param previousHash of the one before; empty: there is none
   * @param rotatedAt when the current one took the place of the one before
   */
  public record RefreshState(
      int generation, String currentHash, Optional<String> previousHash, Instant rotatedAt) {}

  /** Identifies what was read, for preconditions. */
  public record Version(String uid, String resourceVersion) {}
}
