package dev.mcpsession.signin.client;

import com.nimbusds.oauth2.sdk.GrantType;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.client.ClientMetadata;
import dev.mcpsession.gateway.auth.StrictJson;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.minidev.json.JSONObject;

/**
 * PURE. What a client says of itself, when it registers or in its metadata document, as far as it
 * concerns the gateway (RFC 7591, section 2).
 *
 * @param name fit to be shown
 * @param redirectUris at least one; those that are allowed
 */
record ClientDescription(String name, List<String> redirectUris) {
  /** What is not understood is ignored, so that no fault of it matters (RFC 7591, section 2). */
  private static final Set<String> UNDERSTOOD =
      Set.of("client_name", "grant_types", "response_types", "token_endpoint_auth_method");

  private static final int MOST_REDIRECT_URIS = 20;

  ClientDescription {
    redirectUris = List.copyOf(redirectUris);
  }

  /**
   * Reads a JSON object; never throws anything else.
   *
   * @param allowedHosts of redirect URIs, as of {@link RedirectUri#parse}; the others are left out
   *     as long as one remains, for clients name the pages of their makers beside loopback
   * @throws RefusedMetadataException if something of it is malformed, or nothing is allowed
   */
  static ClientDescription parse(byte[] json, Collection<String> allowedHosts)
      throws RefusedMetadataException {
    return of(object(json), allowedHosts);
  }

  /** A JSON object without a key twice. */
  static Map<String, Object> object(byte[] json) throws RefusedMetadataException {
    try {
      return StrictJson.object(json);
    } catch (java.text.ParseException e) {
      throw RefusedMetadataException.metadata(
          "The metadata is not one JSON object in UTF-8 in which every key is there once.");
    }
  }

  /** Like {@link #parse}, of an object that was read. */
  static ClientDescription of(Map<String, Object> object, Collection<String> allowedHosts)
      throws RefusedMetadataException {
    ClientMetadata metadata = metadata(object);
    Set<GrantType> grants = metadata.getGrantTypes();
    if (grants != null && !grants.isEmpty() && !grants.contains(GrantType.AUTHORIZATION_CODE)) {
      throw RefusedMetadataException.metadata(
          "grant_types must contain authorization_code: it is the only way to begin here.");
    }
    Set<ResponseType> responses = metadata.getResponseTypes();
    if (responses != null && !responses.isEmpty() && !responses.contains(ResponseType.CODE)) {
      throw RefusedMetadataException.metadata(
          "response_types must contain code: there is no other here.");
    }
    return new ClientDescription(
        ClientText.name(metadata.getName()), redirectUris(object, allowedHosts));
  }

  private static ClientMetadata metadata(Map<String, Object> object)
      throws RefusedMetadataException {
    Map<String, Object> understood = new HashMap<>(object);
    understood.keySet().retainAll(UNDERSTOOD);
    understood.values().removeIf(value -> value == null);
    try {
      return ClientMetadata.parse(new JSONObject(understood));
    } catch (ParseException e) {
      throw RefusedMetadataException.metadata(
          "client_name and token_endpoint_auth_method must be text; grant_types and"
              + " response_types must be lists of it (RFC 7591 section 2).");
    }
  }

  /** Not by Nimbus, which throws all sorts of exceptions if one is null or not ASCII. */
  private static List<String> redirectUris(
      Map<String, Object> object, Collection<String> allowedHosts) throws RefusedMetadataException {
    List<?> given = object.get("redirect_uris") instanceof List<?> list ? list : List.of();
    if (given.size() > MOST_REDIRECT_URIS) {
      throw RefusedMetadataException.redirectUri(
          "redirect_uris has more than " + MOST_REDIRECT_URIS + " entries.");
    }
    List<String> allowed = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      RedirectUri.Standing standing =
          given.get(i) instanceof String uri
              ? RedirectUri.standing(uri, allowedHosts)
              : RedirectUri.Standing.MALFORMED;
      if (standing == RedirectUri.Standing.MALFORMED) {
        throw RefusedMetadataException.redirectUri(
            "Entry "
                + (i + 1)
                + " of redirect_uris is not a plain URI of at most "
                + RedirectUri.LONGEST
                + " characters, without user information, fragment, dot segments, encoded slashes"
                + " and parameters that an answer has, and not with javascript or data.");
      }
      if (standing == RedirectUri.Standing.ALLOWED) {
        allowed.add((String) given.get(i));
      }
    }
    if (allowed.isEmpty()) {
      throw RefusedMetadataException.redirectUri(
          "redirect_uris needs one on http://127.0.0.1, http://[::1] or http://localhost, with any"
              + " port, or one over https on a host that the administrator of this gateway has"
              + " added to signIn.clients.allowedRedirectHosts.");
    }
    return allowed.stream().distinct().toList();
  }
}
