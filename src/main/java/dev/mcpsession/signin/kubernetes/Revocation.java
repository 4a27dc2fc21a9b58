package dev.mcpsession.signin.kubernetes;

import dev.mcpsession.api.McpSessionTemplate;

/** Tells a template's upstream that a grant was taken back. Blocks for its answer. */
@FunctionalInterface
public interface Revocation {
  /**
   * Revokes a refresh token, if the upstream can.
   *
   * @throws Exception if it did not; the message holds no secret
   */
  void revoke(McpSessionTemplate template, String refreshToken) throws Exception;
}
