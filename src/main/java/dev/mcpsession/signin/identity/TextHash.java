package dev.mcpsession.signin.identity;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpsession.gateway.session.Netstrings;
import java.util.HexFormat;

/** What is kept of a text that must not be kept itself, or that is long. */
public final class TextHash {
  private TextHash() {}

  /** SHA-256 of a text in UTF-8, 64 hexadecimal digits. */
  public static String of(String text) {
    return HexFormat.of().formatHex(Netstrings.sha256(text.getBytes(UTF_8)));
  }
}
