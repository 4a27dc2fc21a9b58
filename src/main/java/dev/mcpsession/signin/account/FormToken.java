package dev.mcpsession.signin.account;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpsession.gateway.session.Netstrings;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What a form must send, so that no other site can have a browser send it: it comes from a cookie
 * that other sites cannot read, and does not tell what that is.
 *
 * @param text for the hidden field
 */
record FormToken(String text) {
  private static final String PURPOSE = "mcpsession.dev account form";

  /** Of the pages that a browser gets with a cookie. */
  static FormToken of(String cookie) {
    return new FormToken(HexFormat.of().formatHex(Netstrings.sha256(PURPOSE, cookie)));
  }

  /** Compares in a time that tells nothing. */
  boolean isSent(Optional<String> sent) {
    return sent.filter(it -> MessageDigest.isEqual(it.getBytes(UTF_8), text.getBytes(UTF_8)))
        .isPresent();
  }

  /** Says nothing of it. */
  @Override
  public String toString() {
    return "FormToken";
  }
}
