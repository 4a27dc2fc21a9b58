package dev.mcpsession.signin.key;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import java.security.SecureRandom;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All keys of a moment: those that sign access tokens, and those that seal and authenticate what
 * browsers and clients keep for the gateway. Immutable.
 */
public final class SignInKeys {
  /** After a new key was stored, all replicas know it within this time; then it is used. */
  static final Duration UNTIL_USED = Duration.ofSeconds(30);

  private final List<SigningKey> signing;
  private final List<SealingKey> sealing;
  private final SecureRandom random = new SecureRandom();

  /** At least one of each. */
  SignInKeys(List<SigningKey> signing, List<SealingKey> sealing) {
    this.signing = signing.stream().sorted(DatedKey.ORDER).toList();
    this.sealing = sealing.stream().sorted(DatedKey.ORDER).toList();
  }

  /**
   * New keys and what became of the old ones.
   *
   * @param keys all that there are now
   * @param added ids of those that are new
   * @param usedFrom when the new ones take the place of the old ones
   * @param removed ids of those that are gone
   */
  public record Rotation(
      SignInKeys keys, List<String> added, Instant usedFrom, List<String> removed) {
    public Rotation {
      added = List.copyOf(added);
      removed = List.copyOf(removed);
    }
  }

  /** The first keys, one of each kind, used at once. */
  public static SignInKeys generated(Instant now, SecureRandom random) {
    Instant seconds = now.truncatedTo(ChronoUnit.SECONDS);
    return new SignInKeys(
        List.of(KeySetText.newSigningKey(seconds, seconds, random)),
        List.of(KeySetText.newSealingKey(seconds, seconds, random)));
  }

  /**
   * Reads a JWK set (RFC 7517) with private keys.
   *
   * @throws ParseException if there is anything else in it; the message says what is wrong, and
   *     holds nothing of a key but its id
   */
  public static SignInKeys parse(String text) throws ParseException {
    return KeySetText.parse(text);
  }

  /** The JWK set that {@link #parse} reads. Secret. */
  public String serialized() {
    return KeySetText.of(Stream.concat(signing.stream(), sealing.stream()).toList());
  }

  /**
   * Adds one key of each kind, and leaves out those that nothing needs any more.
   *
   * @param keepFor how long a key stays after the next one took its place: as long as anything that
   *     was made with it may be used
   */
  public Rotation rotated(Instant now, Duration keepFor, SecureRandom random) {
    Instant seconds = now.truncatedTo(ChronoUnit.SECONDS);
    Instant usedFrom = seconds.plus(UNTIL_USED);
    List<SigningKey> signingLeft = left(signing, now.minus(keepFor));
    List<SealingKey> sealingLeft = left(sealing, now.minus(keepFor));
    List<String> removed =
        Stream.concat(
                signing.stream().filter(key -> !signingLeft.contains(key)),
                sealing.stream().filter(key -> !sealingLeft.contains(key)))
            .map(DatedKey::id)
            .toList();
    SigningKey newSigning = KeySetText.newSigningKey(seconds, usedFrom, random);
    SealingKey newSealing = KeySetText.newSealingKey(seconds, usedFrom, random);
    signingLeft.add(newSigning);
    sealingLeft.add(newSealing);
    return new Rotation(
        new SignInKeys(signingLeft, sealingLeft),
        List.of(newSigning.id(), newSealing.id()),
        usedFrom,
        removed);
  }

  private static <K extends DatedKey> List<K> left(List<K> keys, Instant succeededAfter) {
    List<K> left = new ArrayList<>(keys);
    left.removeIf(
        key ->
            DatedKey.succeededAt(keys, key)
                .filter(instant -> instant.isBefore(succeededAfter))
                .isPresent());
    return left;
  }

  /** Ids of all keys. */
  public List<String> ids() {
    return Stream.concat(signing.stream(), sealing.stream()).map(DatedKey::id).toList();
  }

  /** How long the key that signs has been in use; by a clock that is behind, not yet. */
  public Duration age(Instant now) {
    return Duration.between(DatedKey.inUse(signing, now).usedFrom(), now);
  }

  /** A JWT in its compact form, signed (ES256) with the key that is in use. */
  public String sign(JOSEObjectType type, JWTClaimsSet claims, Instant now) {
    return DatedKey.inUse(signing, now).sign(type, claims);
  }

  /**
   * The public keys of all that sign, as a JWK set in JSON: also those that are used later, so that
   * whoever reads them now and then knows them by then.
   */
  public String published() {
    List<JWK> keys = signing.stream().<JWK>map(SigningKey::published).toList();
    return new JWKSet(keys).toString(true);
  }

  /**
   * Encrypts and authenticates (AES-256-GCM), with the key that is in use.
   *
   * @return letters, digits, '-', '_' and one dot
   */
  public String seal(Purpose purpose, byte[] content, Instant now) {
    SealingKey key = DatedKey.inUse(sealing, now);
    return key.id() + "." + key.seal(purpose, content, random);
  }

  /** Empty if it was not made with one of the keys for this purpose. */
  public Optional<byte[]> open(Purpose purpose, String sealed) {
    int dot = sealed.indexOf('.');
    if (dot < 0) {
      return Optional.empty();
    }
    String id = sealed.substring(0, dot);
    return sealing.stream()
        .filter(key -> key.id().equals(id))
        .findFirst()
        .flatMap(key -> key.open(purpose, sealed.substring(dot + 1)));
  }

  /** Authenticates a text (HMAC-SHA-256, 32 bytes), with the key that is in use. */
  public byte[] mac(Purpose purpose, String text, Instant now) {
    return DatedKey.inUse(sealing, now).mac(purpose, text);
  }

  /** What each of the keys makes of a text, since one that was used before may have made it. */
  public List<byte[]> macs(Purpose purpose, String text) {
    return sealing.stream().map(key -> key.mac(purpose, text)).toList();
  }

  /** Says nothing of the keys. */
  @Override
  public String toString() {
    return "SignInKeys";
  }
}
