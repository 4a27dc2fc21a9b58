package dev.mcpsession.signin.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mcpsession.kube.ApiErrors;
import dev.mcpsession.signin.identity.StoreException;
import dev.mcpsession.signin.key.SignInKeys;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.security.SecureRandom;
import java.text.ParseException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The Secret with the keys of all replicas. Whoever installs the gateway makes it without any, and
 * the first replica fills it. Methods block for requests to the API server.
 */
public final class KeysSecret {
  /** Key of the JWK set. */
  static final String KEY = "keys.json";

  private static final int TRIES = 8;

  private final KubernetesClient client;
  private final String namespace;
  private final String name;
  private final InstantSource clock;
  private final SecureRandom random;

  /**
   * @param namespace the gateway's own
   */
  public KeysSecret(
      KubernetesClient client,
      String namespace,
      String name,
      InstantSource clock,
      SecureRandom random) {
    this.client = client;
    this.namespace = namespace;
    this.name = name;
    this.clock = clock;
    this.random = random;
  }

  String namespace() {
    return namespace;
  }

  String name() {
    return name;
  }

  /**
   * Keys, and the Secret that they are in.
   *
   * @param secret as stored
   */
  record Filled(SignInKeys keys, Secret secret) {
    /** Leaves the keys out. */
    @Override
    public String toString() {
      return "Filled";
    }
  }

  /**
   * Reads the keys, and makes the first ones if there are none. Of several replicas that do so at
   * once, all return those of one.
   *
   * @throws StoreException if what is there cannot be read: it is never overwritten
   */
  Filled fill() throws StoreException {
    for (int tries = 0; tries < TRIES; tries++) {
      Secret found = read();
      if (found != null && text(found).isPresent()) {
        return new Filled(keys(found), found);
      }
      SignInKeys keys = SignInKeys.generated(clock.instant(), random);
      Optional<Secret> stored = found == null ? create(keys) : store(found, keys);
      if (stored.isPresent()) {
        return new Filled(keys, stored.get());
      }
    }
    throw lostEachTime();
  }

  /**
   * Adds a key of each kind, which every replica uses some seconds later.
   *
   * @param keepFor as of {@link SignInKeys#rotated}
   * @throws StoreException also if there are no keys yet
   */
  public SignInKeys.Rotation rotate(Duration keepFor) throws StoreException {
    for (int tries = 0; tries < TRIES; tries++) {
      Secret found = read();
      if (found == null || text(found).isEmpty()) {
        throw new StoreException(
            this + " has no keys to rotate yet: the gateway makes the first ones when it starts",
            false);
      }
      SignInKeys.Rotation rotation = keys(found).rotated(clock.instant(), keepFor, random);
      if (store(found, rotation.keys()).isPresent()) {
        return rotation;
      }
    }
    throw lostEachTime();
  }

  private @Nullable Secret read() throws StoreException {
    try {
      return client.secrets().inNamespace(namespace).withName(name).get();
    } catch (KubernetesClientException e) {
      throw StoreFailure.of(e, "read " + this);
    }
  }

  /** Empty: somebody else has made it. */
  private Optional<Secret> create(SignInKeys keys) throws StoreException {
    Secret secret =
        new SecretBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace(namespace)
            .endMetadata()
            .withData(Map.of(KEY, encoded(keys)))
            .build();
    try {
      return Optional.of(client.resource(secret).create());
    } catch (KubernetesClientException e) {
      if (ApiErrors.isConflict(e)) {
        return Optional.empty();
      }
      throw StoreFailure.of(e, "create " + this);
    }
  }

  /** Empty: it was changed or deleted meanwhile. */
  private Optional<Secret> store(Secret found, SignInKeys keys) throws StoreException {
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    patch
        .putObject("metadata")
        .put("resourceVersion", found.getMetadata().getResourceVersion()); // else 409
    patch.putObject("data").put(KEY, encoded(keys));
    try {
      return Optional.of(
          client
              .secrets()
              .inNamespace(namespace)
              .withName(name)
              .patch(PatchContext.of(PatchType.JSON_MERGE), patch.toString()));
    } catch (KubernetesClientException e) {
      if (ApiErrors.isConflict(e) || ApiErrors.isGone(e)) {
        return Optional.empty();
      }
      throw StoreFailure.of(e, "store keys in " + this);
    }
  }

  /** The JWK set in it; empty: none. */
  static Optional<String> text(Secret secret) {
    Map<String, String> data = secret.getData();
    return Optional.ofNullable(data == null ? null : data.get(KEY))
        .map(it -> new String(Base64.getDecoder().decode(it), UTF_8))
        .filter(it -> !it.isBlank());
  }

  /**
   * The keys in it.
   *
   * @throws StoreException if it has none, or they cannot be read; the message says what to do
   */
  SignInKeys keys(Secret secret) throws StoreException {
    String text =
        text(secret)
            .orElseThrow(() -> unreadable("it has no key " + KEY, "Put what was there back"));
    try {
      return SignInKeys.parse(text);
    } catch (ParseException e) { // its message holds nothing of a key
      throw unreadable(
          e.getMessage(),
          "Put what was there back, or, if that is lost, take "
              + KEY
              + " out and restart the"
              + " gateway, which makes new keys: all users then sign in again");
    }
  }

  private StoreException unreadable(@Nullable String why, String advice) {
    return new StoreException(this + " cannot be used: " + why + ". " + advice, false);
  }

  private static String encoded(SignInKeys keys) {
    return Base64.getEncoder().encodeToString(keys.serialized().getBytes(UTF_8));
  }

  private StoreException lostEachTime() {
    return new StoreException(
        "Could not store keys in " + this + ": it is being changed all the time", true);
  }

  /** For messages. */
  @Override
  public String toString() {
    return "Secret " + namespace + "/" + name;
  }
}
