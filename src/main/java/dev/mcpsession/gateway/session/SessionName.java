package dev.mcpsession.gateway.session;

import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.gateway.route.McpResource;
import java.util.HexFormat;

/**
 * What stands for a user in the names and fields of objects. Any replica finds a user's session by
 * its name alone, and two of them that make it at once make the same one.
 */
public final class SessionName {
  private static final String BASE32 = "abcdefghijklmnopqrstuvwxyz234567"; // RFC 4648
  private static final int CHARACTERS = 26; // 130 bits

  private SessionName() {}

  /** Name of the user's session: the template's name, and 26 characters that stand for the user. */
  public static String of(McpResource resource, Owner owner) {
    return resource.template() + "-" + userPart(resource, owner);
  }

  /** The 26 characters that stand for the user at this template. */
  static String userPart(McpResource resource, Owner owner) {
    return base32(
        Netstrings.sha256(
            owner.issuer(), owner.subject(), resource.namespace(), resource.template()));
  }

  /** SHA-256 of issuer and subject: 64 hexadecimal digits, as McpConnections have them. */
  public static String ownerHash(Owner owner) {
    return HexFormat.of().formatHex(Netstrings.sha256(owner.issuer(), owner.subject()));
  }

  private static String base32(byte[] hash) {
    StringBuilder name = new StringBuilder(CHARACTERS);
    int buffer = 0;
    int bits = 0;
    for (int next = 0; name.length() < CHARACTERS; ) {
      if (bits < 5) {
        buffer = ((buffer << 8) | (hash[next++] & 0xff)) & 0xfff;
        bits += 8;
      }
      bits -= 5;
      name.append(BASE32.charAt((buffer >> bits) & 31));
    }
    return name.toString();
  }
}
