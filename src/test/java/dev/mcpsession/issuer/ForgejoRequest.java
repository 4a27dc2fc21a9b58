package dev.mcpsession.issuer;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.tomakehurst.wiremock.http.Request;
import java.net.URLDecoder;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/**
 * A request to the token endpoint as Forgejo reads it. Parameters that are not there are empty.
 *
 * @param authorization the header
 */
record ForgejoRequest(Map<String, String> form, String authorization) {
  /** From the body, else from the header. */
  record Client(String id, String secret) {}

  static ForgejoRequest of(Request request) {
    Map<String, String> form = new HashMap<>();
    for (String parameter : request.getBodyAsString().split("&", -1)) {
      String[] parts = parameter.split("=", 2);
      form.put(decode(parts[0]), parts.length < 2 ? "" : decode(parts[1]));
    }
    String authorization = request.getHeader("Authorization");
    return new ForgejoRequest(form, authorization == null ? "" : authorization);
  }

  String grantType() {
    return parameter("grant_type");
  }

  String refreshToken() {
    return parameter("refresh_token");
  }

  /** Unlike RFC 6749 has it, Forgejo takes what the header holds as it is, without decoding it. */
  Client client() throws ForgejoRefusal {
    Client inBody = new Client(parameter("client_id"), parameter("client_secret"));
    boolean complete = !inBody.id().isEmpty() && !inBody.secret().isEmpty();
    if (complete || !authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
      return inBody;
    }
    Client inHeader = basic();
    requireSame("client_id", inBody.id(), inHeader.id());
    requireSame("client_secret", inBody.secret(), inHeader.secret());
    return inHeader;
  }

  private Client basic() throws ForgejoRefusal {
    try {
      byte[] decoded = Base64.getDecoder().decode(authorization.substring(6));
      String[] parts = new String(decoded, UTF_8).split(":", 2);
      return new Client(parts[0], parts[1]);
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw ForgejoRefusal.ofRequest("invalid_request", "cannot parse basic auth header");
    }
  }

  private static void requireSame(String name, String inBody, String inHeader)
      throws ForgejoRefusal {
    if (!inBody.isEmpty() && !inBody.equals(inHeader)) {
      throw ForgejoRefusal.ofRequest(
          "invalid_request", name + " in request body inconsistent with Authorization header");
    }
  }

  String parameter(String name) {
    return form.getOrDefault(name, "");
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, UTF_8);
  }
}
