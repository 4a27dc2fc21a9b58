package dev.mcpsession.signin.identity;

import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.session.SessionName;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Grants in memory. Several threads may use it. */
public final class MemoryGrants implements Grants {
  private final Map<String, Kept> kept = new ConcurrentHashMap<>();
  private volatile boolean isAway;

  private record Kept(String refreshToken, Instant obtainedAt, boolean isRejected) {}

  /** The API server answers no more, or again. */
  public void setAway(boolean away) {
    isAway = away;
  }

  /** The upstream rejects what is there, as the operator finds out. */
  public void reject(McpSessionTemplate template, Owner owner) {
    kept.computeIfPresent(
        key(template, owner),
        (key, grant) -> new Kept(grant.refreshToken(), grant.obtainedAt(), true));
  }

  /** Whether nobody has given any. */
  public boolean isEmpty() {
    return kept.isEmpty();
  }

  /** Empty: there is none. */
  public Optional<String> refreshToken(McpSessionTemplate template, Owner owner) {
    return Optional.ofNullable(kept.get(key(template, owner))).map(Kept::refreshToken);
  }

  @Override
  public Optional<State> state(McpSessionTemplate template, Owner owner) throws StoreException {
    checkThere();
    return Optional.ofNullable(kept.get(key(template, owner)))
        .map(grant -> new State(grant.isRejected(), Optional.of(grant.obtainedAt())));
  }

  @Override
  public void store(
      McpSessionTemplate template, Owner owner, String refreshToken, Instant obtainedAt)
      throws StoreException {
    checkThere();
    Kept given = new Kept(refreshToken, obtainedAt, false);
    kept.merge(
        key(template, owner),
        given,
        (old, it) -> old.obtainedAt().isAfter(it.obtainedAt()) ? old : it);
  }

  @Override
  public Optional<String> delete(McpSessionTemplate template, Owner owner) throws StoreException {
    checkThere();
    return Optional.ofNullable(kept.remove(key(template, owner))).map(Kept::refreshToken);
  }

  private void checkThere() throws StoreException {
    if (isAway) {
      throw new StoreException("the API server does not answer", true, new Exception("for tests"));
    }
  }

  private static String key(McpSessionTemplate template, Owner owner) {
    McpResource resource =
        new McpResource(template.getMetadata().getNamespace(), template.getMetadata().getName());
    return resource.namespace() + "/" + SessionName.of(resource, owner);
  }
}
