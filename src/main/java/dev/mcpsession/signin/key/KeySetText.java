package dev.mcpsession.signin.key;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import dev.mcpsession.gateway.auth.StrictJson;
import java.security.SecureRandom;
import java.text.ParseException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** PURE but for randomness. The form in which keys are kept: a JWK set (RFC 7517). */
final class KeySetText {
  /** It stands in sealed values, before a dot. */
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  private static final int ID_BYTES = 9;

  private KeySetText() {}

  static SigningKey newSigningKey(Instant madeAt, Instant usedFrom, SecureRandom random) {
    try {
      return new SigningKey(
          new ECKeyGenerator(Curve.P_256)
              .secureRandom(random)
              .keyID(newId(random))
              .keyUse(KeyUse.SIGNATURE)
              .issueTime(Date.from(madeAt))
              .notBeforeTime(Date.from(usedFrom))
              .generate());
    } catch (JOSEException e) {
      throw new IllegalStateException("every Java platform has the curve P-256", e);
    }
  }

  static SealingKey newSealingKey(Instant madeAt, Instant usedFrom, SecureRandom random) {
    byte[] bytes = new byte[SealingKey.BYTES];
    random.nextBytes(bytes);
    return new SealingKey(
        new OctetSequenceKey.Builder(bytes)
            .keyID(newId(random))
            .keyUse(KeyUse.ENCRYPTION)
            .issueTime(Date.from(madeAt))
            .notBeforeTime(Date.from(usedFrom))
            .build());
  }

  private static String newId(SecureRandom random) {
    byte[] bytes = new byte[ID_BYTES];
    random.nextBytes(bytes);
    return Base64URL.encode(bytes).toString();
  }

  static String of(List<DatedKey> keys) {
    return new JWKSet(keys.stream().map(DatedKey::jwk).toList()).toString(false);
  }

  static SignInKeys parse(String text) throws ParseException {
    List<SigningKey> signing = new ArrayList<>();
    List<SealingKey> sealing = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (Object members : members(text)) {
      int number = signing.size() + sealing.size() + 1;
      JWK key = key(members, number);
      String name = checked(key, number);
      if (!ids.add(key.getKeyID())) {
        throw wrong(name, "there is another one with its kid");
      }
      switch (key) {
        case ECKey ec when KeyUse.SIGNATURE.equals(ec.getKeyUse()) -> signing.add(of(ec, name));
        case OctetSequenceKey oct when KeyUse.ENCRYPTION.equals(oct.getKeyUse()) ->
            sealing.add(of(oct, name));
        default ->
            throw wrong(name, "it is neither of kty EC with use sig nor of kty oct with use enc");
      }
    }
    if (signing.isEmpty() || sealing.isEmpty()) {
      throw new ParseException(
          "the JWK set has no key of kty " + (signing.isEmpty() ? "EC" : "oct"), 0);
    }
    return new SignInKeys(signing, sealing);
  }

  private static List<?> members(String text) throws ParseException {
    if (StrictJson.object(text.getBytes(UTF_8)).get("keys") instanceof List<?> keys) {
      return keys;
    }
    throw new ParseException("the JSON object has no list keys, so it is no JWK set", 0);
  }

  /** What Nimbus says of a mistake may repeat the key, so it is left out. */
  @SuppressWarnings("unchecked") // the members of a JSON object have names
  private static JWK key(Object members, int number) throws ParseException {
    try {
      if (members instanceof Map<?, ?> map) {
        return JWK.parse((Map<String, Object>) map);
      }
    } catch (ParseException | IllegalArgumentException e) {
      // Said below.
    }
    throw wrong("key " + number, "it is not a JWK, or its members do not fit together");
  }

  /** What to call a key in messages. */
  private static String checked(JWK key, int number) throws ParseException {
    if (key.getKeyID() == null || !ID.matcher(key.getKeyID()).matches()) {
      throw wrong("key " + number, "its kid must be 1 to 64 letters, digits, '-' and '_'");
    }
    String name = "key " + key.getKeyID();
    if (key.getIssueTime() == null || key.getNotBeforeTime() == null) {
      throw wrong(name, "it must have the times iat and nbf");
    }
    return name;
  }

  private static SigningKey of(ECKey key, String name) throws ParseException {
    if (!Curve.P_256.equals(key.getCurve()) || !key.isPrivate()) {
      throw wrong(name, "it must be a private key of the curve P-256");
    }
    try {
      return new SigningKey(key);
    } catch (JOSEException e) {
      throw wrong(name, "its parts do not make a private key");
    }
  }

  private static SealingKey of(OctetSequenceKey key, String name) throws ParseException {
    if (key.toByteArray().length != SealingKey.BYTES) {
      throw wrong(name, "it must have " + SealingKey.BYTES + " bytes");
    }
    return new SealingKey(key);
  }

  private static ParseException wrong(String key, String why) {
    return new ParseException(key + " of the JWK set: " + why, 0);
  }
}
