package dev.mcpsession.issuer;

import java.time.Duration;

/**
 * An authorization server whose refresh tokens work once, and which says afterwards how it was
 * used.
 */
public interface Issuer {
  /** Its URL. */
  String tokenEndpoint();

  /** Of the one client that is registered here, which is confidential. */
  String clientId();

  /** Unlike that of any other run, so that a leak of it can be searched for. */
  String clientSecret();

  /**
   * What a user gets by consenting, without a browser. The user is made where there is none; one
   * user's second grant may end the first.
   *
   * @return the first refresh token
   */
  String newGrant(String user);

  /**
   * Ends a user's grants, as by a logout or a withdrawn consent: no refresh token works any more.
   */
  void endGrants(String user);

  /** Of the access tokens that are issued from now on, in whole seconds. */
  void accessTokenLifespan(Duration lifespan);

  /** Whether an access token would be accepted now. */
  boolean isActive(String accessToken);

  /** How many refresh tokens it has accepted, whether or not the answer arrived. */
  int refreshes();

  /** How many times it refused a refresh token, for whatever was wrong with that token. */
  int refused();
}
