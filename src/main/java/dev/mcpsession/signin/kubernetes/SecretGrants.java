package dev.mcpsession.signin.kubernetes;

import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.kube.ApiErrors;
import dev.mcpsession.kube.ConditionalDelete;
import dev.mcpsession.signin.identity.Grants;
import dev.mcpsession.signin.identity.StoreException;
import dev.mcpsession.token.grant.GrantRejection;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Instant;
import java.util.Optional;

/**
 * Grants as Secrets {@code grant-<user>} beside their template. The operator renews them at the
 * same time, so each change holds only for what was read. A Secret of such a name that somebody
 * else has made is left alone.
 */
public final class SecretGrants implements Grants {
  /**
   * Each lost race means that the operator, or another sign-in of the user, was faster. Many, since
   * what is lost in the end is the user's grant.
   */
  private static final int TRIES = 20;

  private final KubernetesClient client;
  private final ConditionalDelete deletes;

  public SecretGrants(KubernetesClient client) {
    this.client = client;
    this.deletes = new ConditionalDelete(client);
  }

  @Override
  public Optional<State> state(McpSessionTemplate template, Owner owner) throws StoreException {
    return read(new GrantSecret(template, owner))
        .flatMap(
            found ->
                GrantRejection.isRejected(found)
                    .map(rejected -> new State(rejected, GrantSecret.givenAt(found))));
  }

  @Override
  public void store(
      McpSessionTemplate template, Owner owner, String refreshToken, Instant obtainedAt)
      throws StoreException {
    GrantSecret grant = new GrantSecret(template, owner);
    boolean isThere = false;
    for (int tries = 0; tries < TRIES; tries++) {
      if (!isThere && create(grant, refreshToken, obtainedAt)) {
        return;
      }
      Optional<Secret> found = read(grant);
      isThere = found.isPresent();
      if (found.isPresent()
          && (GrantSecret.isNewer(found.get(), obtainedAt)
              || replace(grant, found.get(), refreshToken, obtainedAt))) {
        return;
      }
    }
    throw lostEachTime("store the grant in", grant);
  }

  /** False: there is one. */
  private boolean create(GrantSecret grant, String refreshToken, Instant obtainedAt)
      throws StoreException {
    try {
      client.resource(grant.create(refreshToken, obtainedAt)).create();
      return true;
    } catch (KubernetesClientException e) {
      if (ApiErrors.isConflict(e)) {
        return false;
      }
      throw StoreFailure.of(e, "create " + grant);
    }
  }

  /** False: it was changed or deleted meanwhile. */
  private boolean replace(GrantSecret grant, Secret found, String refreshToken, Instant obtainedAt)
      throws StoreException {
    try {
      // Asked for by name alone, the client would read the Secret before it sends the patch.
      client
          .resource(found)
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              grant.replace(found, refreshToken, obtainedAt));
      return true;
    } catch (KubernetesClientException e) {
      if (ApiErrors.isConflict(e) || ApiErrors.isGone(e)) {
        return false;
      }
      throw StoreFailure.of(e, "store the grant in " + grant);
    }
  }

  @Override
  public Optional<String> delete(McpSessionTemplate template, Owner owner) throws StoreException {
    GrantSecret grant = new GrantSecret(template, owner);
    for (int tries = 0; tries < TRIES; tries++) {
      Optional<Secret> found = read(grant);
      if (found.isEmpty()) {
        return Optional.empty();
      }
      if (delete(grant, found.get())) {
        return GrantSecret.refreshToken(found.get());
      }
    }
    throw lostEachTime("delete", grant);
  }

  /** False: it was changed meanwhile, and holds another refresh token, which is to be revoked. */
  private boolean delete(GrantSecret grant, Secret found) throws StoreException {
    try {
      deletes.delete(
          ConditionalDelete.Kind.SECRET,
          grant.namespace(),
          grant.name(),
          found.getMetadata().getUid(),
          found.getMetadata().getResourceVersion());
      return true;
    } catch (KubernetesClientException e) {
      if (ApiErrors.isConflict(e) || ApiErrors.isGone(e)) {
        return false;
      }
      throw StoreFailure.of(e, "delete " + grant);
    }
  }

  /** Only one of the gateway's. */
  private Optional<Secret> read(GrantSecret grant) throws StoreException {
    Secret found;
    try {
      found = client.secrets().inNamespace(grant.namespace()).withName(grant.name()).get();
    } catch (KubernetesClientException e) {
      throw StoreFailure.of(e, "read " + grant);
    }
    Optional<String> objection = Optional.ofNullable(found).flatMap(grant::objection);
    if (objection.isPresent()) {
      throw new StoreException(
          grant
              + " holds no grant that the gateway may use, since "
              + objection.get()
              + ": delete it, or have whoever made it give it another name",
          false);
    }
    return Optional.ofNullable(found);
  }

  private static StoreException lostEachTime(String what, GrantSecret grant) {
    return new StoreException(
        "Could not " + what + " " + grant + ": it is being changed all the time", true);
  }
}
