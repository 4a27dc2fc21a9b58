package dev.mcpsession.signin.provider;

import dev.mcpsession.signin.identity.Person;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;

/**
 * Another authorization server, whose client the gateway is: the upstream of a template, or the
 * identity provider. Methods may block for its answer, up to their time limit.
 */
public interface Provider {
  /**
   * What goes with a user who is sent there, and must come back.
   *
   * @param state for the parameter of that name; opaque
   * @param codeChallenge of PKCE, by S256
   * @param nonce for an ID token; not sent where there is none
   * @param freshLogin whether somebody who is signed in there shall be asked again who they are
   */
  record Departure(String state, String codeChallenge, String nonce, boolean freshLogin) {}

  /**
   * What a user comes back with.
   *
   * @param code for one use
   * @param issuer the parameter iss (RFC 9207); empty: none
   * @param codeVerifier of the challenge that went with the user
   * @param nonce that went with the user
   */
  record Arrival(String code, Optional<String> issuer, String codeVerifier, String nonce) {
    /** Leaves out what is secret. */
    @Override
    public String toString() {
      return "Arrival";
    }
  }

  /**
   * What a code was worth.
   *
   * @param person empty: the provider was not asked who it is, since another one says that
   * @param refreshToken empty: it gave none
   * @param obtainedAt when the request for it was sent, by this replica's clock
   */
  record Redeemed(Optional<Person> person, Optional<String> refreshToken, Instant obtainedAt) {
    /** Leaves out what is secret. */
    @Override
    public String toString() {
      return "Redeemed";
    }
  }

  /** For people: its host, with a port that is not the usual one. */
  String host();

  /** Of its endpoints and of how it names users, as {@link Person#provider}. */
  String fingerprint();

  /** Where a user is sent to. */
  URI authorizationUrl(Departure departure) throws ProviderException;

  /** Redeems a code, and asks whose it is. Sends the code once. */
  Redeemed redeem(Arrival arrival) throws ProviderException;

  /** Revokes a refresh token, if the provider can (RFC 7009); otherwise does nothing. */
  void revoke(String refreshToken) throws ProviderException;
}
