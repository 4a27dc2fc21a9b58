package dev.mcpsession.gateway.route;

/**
 * Proves that a replica of this gateway wrote something: all of them have the same keys, and nobody
 * else has them. Safe for use by several threads.
 */
public interface MessageAuthentication {
  /**
   * The code of a message: an HMAC-SHA-256 (RFC 2104).
   *
   * @param purpose of the message: what was written for one purpose proves nothing for another
   */
  byte[] code(String purpose, String message);

  /**
   * Whether this is the code of the message, by any key that is good now.
   *
   * @param code may be cut, but to no less than 16 bytes (RFC 2104, section 5)
   */
  boolean isGenuine(String purpose, String message, byte[] code);
}
