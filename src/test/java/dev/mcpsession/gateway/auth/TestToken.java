package dev.mcpsession.gateway.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.util.JSONObjectUtils;
import dev.mcpsession.gateway.route.McpResource;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** A token that is good as it is, and what a test changes of it. */
record TestToken(Map<String, Object> header, Map<String, Object> claims) {
  static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
  static final Instant EXPIRY = NOW.plusSeconds(300);
  static final String ISSUER = "https://sso.example/realms/staff";
  static final McpResource RESOURCE = new McpResource("team", "forgejo");
  static final String RESOURCE_URL = "https://mcp.example/team/forgejo/mcp";

  static TestToken good() {
    return new TestToken(
        map("typ", "at+jwt"),
        map(
            "iss",
            ISSUER,
            "aud",
            RESOURCE_URL,
            "sub",
            "alice-123",
            "preferred_username",
            "alice",
            "groups",
            List.of("staff", "git"),
            "scope",
            "openid mcp",
            "iat",
            NOW.getEpochSecond(),
            "exp",
            EXPIRY.getEpochSecond()));
  }

  private static Map<String, Object> map(Object... entries) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < entries.length; i += 2) {
      map.put((String) entries[i], entries[i + 1]);
    }
    return map;
  }

  static IssuerSettings issuer() {
    return new IssuerSettings(
        ISSUER, List.of(), null, "preferred_username", "groups", List.of(), null);
  }

  static ResourceMetadata metadata(IssuerSettings... issuers) {
    return new ResourceMetadata("https://mcp.example", List.of(issuers));
  }

  TestToken with(String claim, @Nullable Object value) {
    return new TestToken(header, changed(claims, copy -> copy.put(claim, value)));
  }

  TestToken without(String claim) {
    return new TestToken(header, changed(claims, copy -> copy.remove(claim)));
  }

  TestToken withHeader(String name, @Nullable Object value) {
    return new TestToken(changed(header, copy -> copy.put(name, value)), claims);
  }

  TestToken withoutHeader(String name) {
    return new TestToken(changed(header, copy -> copy.remove(name)), claims);
  }

  private static Map<String, Object> changed(
      Map<String, Object> map, Consumer<Map<String, Object>> change) {
    Map<String, Object> copy = new LinkedHashMap<>(map);
    change.accept(copy);
    return copy;
  }

  /** In compact form, signed by a key that the header names. */
  String signedBy(TestKey key) {
    String text = withHeader("alg", key.algorithm()).withHeader("kid", key.id()).unsigned();
    return text + "." + encoded(key.sign(text.getBytes(US_ASCII)));
  }

  /** As {@link #signedBy}, with a header that names no key. */
  String signedAnonymously(TestKey key) {
    String text = withHeader("alg", key.algorithm()).unsigned();
    return text + "." + encoded(key.sign(text.getBytes(US_ASCII)));
  }

  /** Signed with a secret, which an attacker has taken from what is public. */
  String signedBySecret(String id, byte[] secret) {
    String text = withHeader("alg", "HS256").withHeader("kid", id).unsigned();
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      return text + "." + encoded(mac.doFinal(text.getBytes(US_ASCII)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** Header and claims. */
  String unsigned() {
    return encoded(JSONObjectUtils.toJSONString(header).getBytes(UTF_8))
        + "."
        + encoded(JSONObjectUtils.toJSONString(claims).getBytes(UTF_8));
  }

  static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** A key set, as JSON. */
  static String keySet(Map<?, ?>... keys) {
    return JSONObjectUtils.toJSONString(Map.of("keys", List.of(keys)));
  }
}
