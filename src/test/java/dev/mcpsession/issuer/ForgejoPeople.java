package dev.mcpsession.issuer;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.oauth2.sdk.pkce.CodeChallenge;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import java.net.URI;
import java.net.URLEncoder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/** Who Forgejo's users are, and the codes that they have consented to. */
final class ForgejoPeople {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, Integer> ids = new HashMap<>();
  private final Map<String, List<String>> groups = new HashMap<>();
  private final Set<String> redirectUris = new HashSet<>();
  private final Map<String, Consent> codes = new HashMap<>();
  private final Set<String> everyCode = new TreeSet<>();

  /** What a code stands for. */
  private record Consent(String user, String redirectUri, String challenge) {}

  synchronized void register(String redirectUri) {
    redirectUris.add(redirectUri);
  }

  synchronized boolean isRegistered(String redirectUri) {
    return redirectUris.contains(redirectUri);
  }

  synchronized void setGroups(String user, List<String> names) {
    groups.put(user, names);
  }

  /** The same for a user at all times, and no text that anybody could take for the name. */
  synchronized int id(String user) {
    return ids.computeIfAbsent(user, key -> 1001 + ids.size());
  }

  synchronized String consented(String user, String redirectUri, String challenge) {
    String code = "gta_" + UUID.randomUUID().toString().replace("-", "");
    codes.put(code, new Consent(user, redirectUri, challenge));
    everyCode.add(code);
    return code;
  }

  /** The user of a code, which is good once; whoever has no verifier of it does not use it up. */
  synchronized String redeem(String code, String redirectUri, String verifier)
      throws ForgejoRefusal {
    Consent consent = codes.get(code);
    if (consent == null) {
      throw ForgejoRefusal.ofRequest("unauthorized_client", "client is not authorized");
    }
    if (!consent.redirectUri().equals(redirectUri)) {
      throw ForgejoRefusal.ofRequest("unauthorized_client", "unexpected redirect URI");
    }
    if (verifier.length() < 43
        || !CodeChallenge.compute(CodeChallengeMethod.S256, new CodeVerifier(verifier))
            .getValue()
            .equals(consent.challenge())) {
      throw ForgejoRefusal.ofRequest("unauthorized_client", "failed PKCE code challenge");
    }
    codes.remove(code);
    return consent.user();
  }

  synchronized Set<String> everyCode() {
    return new TreeSet<>(everyCode);
  }

  synchronized ObjectNode userInfo(String user) {
    ObjectNode info =
        JSON.createObjectNode()
            .put("sub", String.valueOf(id(user)))
            .put("name", "")
            .put("preferred_username", user)
            .put("email", user + "@example.org");
    Optional.ofNullable(groups.get(user))
        .ifPresent(names -> info.set("groups", JSON.valueToTree(names)));
    return info;
  }

  /** A redirect URI with what goes back; it may have a query already. */
  static String back(String redirectUri, Map<String, String> parameters) {
    StringBuilder back = new StringBuilder(redirectUri);
    String separator = URI.create(redirectUri).getRawQuery() == null ? "?" : "&";
    for (Map.Entry<String, String> parameter : parameters.entrySet()) {
      back.append(separator)
          .append(parameter.getKey())
          .append('=')
          .append(URLEncoder.encode(parameter.getValue(), UTF_8));
      separator = "&";
    }
    return back.toString();
  }
}
