package dev.mcpsession.signin.kubernetes;

import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.api.Names;
import dev.mcpsession.gateway.kubernetes.ResourceCache;
import dev.mcpsession.gateway.kubernetes.ResourceCache.Selection;
import dev.mcpsession.kube.ApiErrors;
import dev.mcpsession.kube.ConditionalDelete;
import dev.mcpsession.signin.identity.SignIn;
import dev.mcpsession.signin.identity.SignIn.Version;
import dev.mcpsession.signin.identity.SignInLimits;
import dev.mcpsession.signin.identity.SignIns;
import dev.mcpsession.signin.identity.StoreException;
import dev.mcpsession.signin.kubernetes.StoredSignIn.UnreadableException;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sign-ins as Secrets {@code signin-<id>} of one namespace, which an informer keeps this replica
 * told of. What this replica wrote or read itself holds at once, before the informer shows it.
 */
public final class SecretSignIns implements SignIns, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SecretSignIns.class);

  /** Each lost race means that somebody else's change went through. */
  private static final int TRIES = 5;

  private final KubernetesClient client;
  private final ConditionalDelete deletes;
  private final String namespace;
  private final InstantSource clock;
  private final KnownSignIns known;
  private final ResourceCache<Secret> informer;

  /** Names of Secrets that were complained of, each until it is gone. */
  private final Set<String> unreadable = ConcurrentHashMap.newKeySet();

  /**
   * Starts nothing yet.
   *
   * @param namespace the gateway's own
   * @param accessToken how long an access token is good: ends are remembered for so long
   * @param nanoTime monotonic, in nanoseconds
   */
  public SecretSignIns(
      KubernetesClient client,
      String namespace,
      Duration accessToken,
      InstantSource clock,
      LongSupplier nanoTime) {
    this.client = client;
    this.deletes = new ConditionalDelete(client);
    this.namespace = namespace;
    this.clock = clock;
    known = new KnownSignIns(accessToken.multipliedBy(2), nanoTime);
    informer =
        new ResourceCache<>(
            client,
            Secret.class,
            Set.of(namespace),
            Selection.labelled(Names.SIGN_IN_LABEL, "true"),
            UnaryOperator.identity(),
            Map.of(),
            List.of(this::shown));
  }

  /** Begins to fill; returns at once. */
  public void start() {
    informer.start();
  }

  /** Whether all that there was at the start has been read. */
  public boolean isSynced() {
    return informer.isSynced();
  }

  /** What was not read yet, with the reason if it is known; for people. */
  public List<String> missing() {
    return informer.missing();
  }

  private void shown(@Nullable Secret before, @Nullable Secret now) {
    if (now != null) {
      take(now, true);
    } else if (before != null) {
      gone(before);
      unreadable.remove(before.getMetadata().getName());
    }
  }

  /**
   * Takes in a Secret.
   *
   * @return what it holds; empty: it cannot be read, and counts as ended
   */
  private Optional<SignIn> take(Secret secret, boolean isShown) {
    SignIn signIn;
    try {
      signIn = StoredSignIn.read(secret);
    } catch (UnreadableException e) {
      complain(secret.getMetadata().getName(), e);
      gone(secret);
      return Optional.empty();
    }
    known.put(signIn, isShown);
    return Optional.of(signIn);
  }

  private void complain(String name, UnreadableException why) {
    if (unreadable.add(name)) {
      log.error(
          "Secret {}/{} is no sign-in, since {}: whoever has signed in with it must do so again."
              + " Delete it",
          namespace,
          name,
          why.getMessage());
    }
  }

  private void gone(Secret secret) {
    String name = secret.getMetadata().getName();
    if (name.startsWith(StoredSignIn.PREFIX)) {
      known.gone(name.substring(StoredSignIn.PREFIX.length()), secret.getMetadata().getUid());
    }
  }

  @Override
  public Optional<SignIn> find(String id) {
    return known.find(id);
  }

  @Override
  public boolean isKnownToHaveEnded(String id) {
    return known.isKnownToHaveEnded(id);
  }

  @Override
  public Optional<SignIn> read(String id) throws StoreException {
    String name = StoredSignIn.secretName(id);
    Secret found;
    try {
      found = client.secrets().inNamespace(namespace).withName(name).get();
    } catch (KubernetesClientException e) {
      throw failure("read", id, e);
    }
    if (found == null) {
      known.gone(id, "");
      return Optional.empty();
    }
    return take(found, false);
  }

  @Override
  public List<SignIn> of(Owner owner) {
    return known.of(owner);
  }

  @Override
  public boolean create(SignIn signIn) throws StoreException {
    try {
      take(client.resource(StoredSignIn.secret(signIn, namespace)).create(), false);
      return true;
    } catch (KubernetesClientException e) {
      if (ApiErrors.isConflict(e)) {
        return false;
      }
      throw failure("create", signIn.id(), e);
    }
  }

  @Override
  public Optional<SignIn> replace(SignIn signIn) throws StoreException {
    Version read =
        signIn
            .version()
            .orElseThrow(() -> new IllegalArgumentException("a sign-in that was not read"));
    try {
      // Asked for by name alone, the client would read the Secret before it sends the patch.
      Secret stored =
          client
              .resource(StoredSignIn.secret(signIn, namespace))
              .patch(PatchContext.of(PatchType.JSON_MERGE), StoredSignIn.patch(signIn, read));
      return take(stored, false);
    } catch (KubernetesClientException e) {
      if (ApiErrors.isGone(e)) {
        known.gone(signIn.id(), read.uid());
        return Optional.empty();
      }
      if (ApiErrors.isConflict(e)) {
        return Optional.empty();
      }
      throw failure("change", signIn.id(), e);
    }
  }

  @Override
  public void end(String id) throws StoreException {
    Optional<SignIn> current = find(id);
    for (int tries = 0; tries < TRIES; tries++) {
      SignIn signIn = (tries == 0 && current.isPresent() ? current : read(id)).orElse(null);
      if (signIn == null || signIn.isEnded()) {
        return;
      }
      boolean done =
          SignInLimits.isYoung(signIn, clock.instant())
              ? replace(signIn.ended()).isPresent()
              : delete(signIn, false);
      if (done) {
        return;
      }
    }
    throw new StoreException(
        "Could not end Secret " + name(id) + ": it is being changed all the time", true);
  }

  /** How many this replica knows that have not ended. */
  public long open() {
    return known.open();
  }

  /** For the sweep. */
  SignInSweep.Stored stored() {
    return new SignInSweep.Stored() {
      @Override
      public List<SignIn> all() {
        return known.all();
      }

      @Override
      public boolean delete(SignIn signIn, boolean onlyUnchanged) throws StoreException {
        return SecretSignIns.this.delete(signIn, onlyUnchanged);
      }
    };
  }

  /**
   * Deletes the Secret that a sign-in was read from.
   *
   * @param onlyUnchanged whether only if nobody has changed it since
   * @return false: it is another one by now, or was changed
   */
  boolean delete(SignIn signIn, boolean onlyUnchanged) throws StoreException {
    Version read = signIn.version().orElseThrow();
    try {
      deletes.delete(
          ConditionalDelete.Kind.SECRET,
          namespace,
          StoredSignIn.secretName(signIn.id()),
          read.uid(),
          onlyUnchanged ? read.resourceVersion() : null);
    } catch (KubernetesClientException e) {
      if (ApiErrors.isConflict(e)) {
        return false;
      }
      if (!ApiErrors.isGone(e)) {
        throw failure("delete", signIn.id(), e);
      }
    }
    known.gone(signIn.id(), read.uid());
    return true;
  }

  private StoreException failure(String verb, String id, KubernetesClientException failure) {
    return StoreFailure.of(failure, verb + " Secret " + name(id));
  }

  private String name(String id) {
    return namespace + "/" + StoredSignIn.secretName(id);
  }

  /** Stops watching; what was read stays. */
  @Override
  public void close() {
    informer.close();
  }
}
