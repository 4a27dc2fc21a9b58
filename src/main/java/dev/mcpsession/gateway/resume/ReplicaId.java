package dev.mcpsession.gateway.resume;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpsession.gateway.route.MessageAuthentication;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which process of the gateway keeps a stream, and where the others reach it. It stands in event
 * ids, that clients hold; its code shows that a replica wrote it, so that nobody can have the
 * gateway send requests to an address of their own.
 *
 * @param host an address, of IPv6 in brackets, or a name
 * @param port of its listener for MCP clients
 * @param nonce of the process: the next one at this address has another
 */
public record ReplicaId(String host, int port, String nonce) {
  private static final String PURPOSE = "replica id";

  /** As many as those of session ids. */
  private static final int CODE_BYTES = 16;

  private static final int LONGEST = 512;
  private static final Pattern FORM =
      Pattern.compile("([A-Za-z0-9_-]{1,64}) ([A-Za-z0-9.:_\\[\\]-]{1,253}) ([0-9]{1,5})");

  private String text() {
    return nonce + " " + host + " " + port;
  }

  /** In characters that base64url has, with its code. */
  public String sealed(MessageAuthentication keys) {
    byte[] text = text().getBytes(UTF_8);
    byte[] all = Arrays.copyOf(text, text.length + CODE_BYTES);
    System.arraycopy(keys.code(PURPOSE, text()), 0, all, text.length, CODE_BYTES);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(all);
  }

  /** The id that was sealed so; empty: no replica of this gateway did it, or with old keys. */
  public static Optional<ReplicaId> opened(String sealed, MessageAuthentication keys) {
    if (sealed.length() > LONGEST) {
      return Optional.empty();
    }
    byte[] all;
    try {
      all = Base64.getUrlDecoder().decode(sealed);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    if (all.length <= CODE_BYTES) {
      return Optional.empty();
    }
    String text = new String(all, 0, all.length - CODE_BYTES, UTF_8);
    byte[] code = Arrays.copyOfRange(all, all.length - CODE_BYTES, all.length);
    Matcher parts = FORM.matcher(text);
    if (!parts.matches() || !keys.isGenuine(PURPOSE, text, code)) {
      return Optional.empty();
    }
    return Optional.of(
        new ReplicaId(parts.group(2), Integer.parseInt(parts.group(3)), parts.group(1)));
  }
}
