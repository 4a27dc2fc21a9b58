package dev.mcpsession.signin.identity;

import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.signin.identity.SignIn.Version;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Sign-ins in memory, with what an API server and a cache can do to those who use them. Several
 * threads may use it.
 */
public final class MemorySignIns implements SignIns {
  private static final Duration CODE_MAY_COME_AGAIN = Duration.ofMinutes(2);

  private final InstantSource clock;
  private final Map<String, SignIn> stored = new LinkedHashMap<>();
  private final Map<String, SignIn> cached = new LinkedHashMap<>();
  private final Set<String> ended = new HashSet<>();
  private final List<Consumer<SignIn>> listeners = new CopyOnWriteArrayList<>();
  private final AtomicInteger reads = new AtomicInteger();
  private int versions;
  private boolean isAway;
  private boolean isCacheBehind;
  private Runnable beforeReplace = () -> {};

  public MemorySignIns(InstantSource clock) {
    this.clock = clock;
  }

  /** The API server answers no more, or again. */
  public synchronized void setAway(boolean away) {
    isAway = away;
  }

  /** The cache learns of no change any more; or of all that it has missed, and of each again. */
  public synchronized void setCacheBehind(boolean behind) {
    isCacheBehind = behind;
    if (!behind) {
      cached.clear();
      cached.putAll(stored);
    }
  }

  /** Happens once, in the middle of the next replace: what another replica does meanwhile. */
  public synchronized void beforeNextReplace(Runnable action) {
    beforeReplace = action;
  }

  /** How often the API server was asked for one. */
  public int reads() {
    return reads.get();
  }

  /** All that are stored, ended or not. */
  public synchronized List<SignIn> all() {
    return List.copyOf(stored.values());
  }

  @Override
  public synchronized Optional<SignIn> find(String id) {
    return Optional.ofNullable(cached.get(id));
  }

  @Override
  public synchronized boolean isKnownToHaveEnded(String id) {
    return ended.contains(id);
  }

  @Override
  public synchronized Optional<SignIn> read(String id) throws StoreException {
    reads.incrementAndGet();
    checkThere();
    return Optional.ofNullable(stored.get(id));
  }

  @Override
  public synchronized List<SignIn> of(Owner owner) {
    return cached.values().stream()
        .filter(signIn -> signIn.person().owner().equals(owner) && !signIn.isEnded())
        .toList();
  }

  @Override
  public synchronized boolean create(SignIn signIn) throws StoreException {
    checkThere();
    if (stored.containsKey(signIn.id())) {
      return false;
    }
    put(signIn);
    return true;
  }

  @Override
  public Optional<SignIn> replace(SignIn signIn) throws StoreException {
    takeBeforeReplace().run();
    synchronized (this) {
      checkThere();
      SignIn present = stored.get(signIn.id());
      return present == null || !present.version().equals(signIn.version())
          ? Optional.empty()
          : Optional.of(put(signIn));
    }
  }

  private synchronized Runnable takeBeforeReplace() {
    Runnable action = beforeReplace;
    beforeReplace = () -> {};
    return action;
  }

  @Override
  public void end(String id) throws StoreException {
    SignIn last;
    synchronized (this) {
      checkThere();
      last = stored.get(id);
      if (last == null || last.isEnded()) {
        return;
      }
      if (clock.instant().isBefore(last.createdAt().plus(CODE_MAY_COME_AGAIN))) {
        put(last.ended());
      } else {
        stored.remove(id);
        if (!isCacheBehind) {
          cached.remove(id);
        }
      }
      if (!isCacheBehind) {
        ended.add(id);
      }
    }
    listeners.forEach(listener -> listener.accept(last));
  }

  /** Is told of each that {@link #end} ends, in the order of their ends. */
  public void onEnd(Consumer<SignIn> listener) {
    listeners.add(listener);
  }

  private SignIn put(SignIn signIn) {
    versions++;
    SignIn put = signIn.storedAs(new Version("uid-" + signIn.id(), Integer.toString(versions)));
    stored.put(put.id(), put);
    if (!isCacheBehind) {
      cached.put(put.id(), put);
    }
    return put;
  }

  private void checkThere() throws StoreException {
    if (isAway) {
      throw new StoreException("the API server does not answer", true, new Exception("for tests"));
    }
  }
}
