package dev.mcpsession.signin.kubernetes;

import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.kube.ResourceVersion;
import dev.mcpsession.signin.identity.SignIn;
import dev.mcpsession.signin.identity.SignIn.Version;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The sign-ins that this replica knows: those that its informer shows, and those that an answer of
 * the API server told it first. The newer of two forms holds, in whichever order they come, and
 * what was seen to end does not come back. Thread-safe.
 */
final class KnownSignIns {
  /**
   * What an answer told is known for so long unless the informer shows it, too: it may have ended
   * since.
   */
  private static final Duration UNTIL_SHOWN = Duration.ofSeconds(10);

  /** An id is 40 characters long, so these are a few megabytes. */
  private static final int MOST_ENDS = 20_000;

  /**
   * One sign-in.
   *
   * @param learned when it was put in last, in nanoseconds
   */
  private record Known(SignIn signIn, boolean isShown, long learned) {}

  /**
   * One that is gone.
   *
   * @param uid empty: there was none when it was looked for
   */
  private record End(String id, String uid, long learned) {}

  private final Map<String, Known> entries = new HashMap<>();
  private final Map<Owner, Set<String>> byOwner = new HashMap<>();
  private final Map<String, End> ends = new HashMap<>();
  private final ArrayDeque<End> oldestEnds = new ArrayDeque<>();
  private final long kept;
  private final LongSupplier nanoTime;

  /**
   * @param kept how long an end is remembered: longer than any access token of it is good
   * @param nanoTime monotonic, in nanoseconds
   */
  KnownSignIns(Duration kept, LongSupplier nanoTime) {
    this.kept = kept.toNanos();
    this.nanoTime = nanoTime;
  }

  /** What is there for certain, ended or not. */
  synchronized Optional<SignIn> find(String id) {
    return Optional.ofNullable(current(id)).map(Known::signIn);
  }

  /** Those of an owner that are not known to have ended. */
  synchronized List<SignIn> of(Owner owner) {
    return byOwner.getOrDefault(owner, Set.of()).stream()
        .map(entries::get)
        .filter(Objects::nonNull)
        .map(Known::signIn)
        .filter(it -> !it.isEnded())
        .toList();
  }

  /** All that are there, ended or not. */
  synchronized List<SignIn> all() {
    return entries.values().stream().map(Known::signIn).toList();
  }

  /** How many have not ended. */
  synchronized long open() {
    return entries.values().stream().filter(it -> !it.signIn.isEnded()).count();
  }

  synchronized boolean isKnownToHaveEnded(String id) {
    forgetOldEnds();
    Known known = current(id);
    return known == null ? ends.containsKey(id) : known.signIn.isEnded();
  }

  /**
   * Takes in a form of a stored sign-in.
   *
   * @param isShown whether by the informer, which will show its end as well
   */
  synchronized void put(SignIn stored, boolean isShown) {
    String id = stored.id();
    End end = ends.get(id);
    if (end != null && end.uid.equals(version(stored).uid())) {
      return;
    }
    Known old = entries.get(id);
    SignIn newest = old != null && isAfter(old.signIn, stored) ? old.signIn : stored;
    boolean shown = isShown || (old != null && old.isShown);
    entries.put(id, new Known(newest, shown, nanoTime.getAsLong()));
    if (old != null && !owner(old.signIn).equals(owner(newest))) {
      unindex(old.signIn);
    }
    byOwner.computeIfAbsent(owner(newest), none -> new HashSet<>()).add(id);
    ends.remove(id);
  }

  /**
   * The Secret of this uid is gone.
   *
   * @param uid empty: there is none of any uid
   */
  synchronized void gone(String id, String uid) {
    Known known = entries.get(id);
    if (known != null && !uid.isEmpty() && !version(known.signIn).uid().equals(uid)) {
      return; // another one of that name has begun since
    }
    if (known != null) {
      entries.remove(id);
      unindex(known.signIn);
    }
    End before = ends.get(id);
    if (before == null || known != null) {
      remember(
          new End(id, known == null ? uid : version(known.signIn).uid(), nanoTime.getAsLong()));
    }
  }

  /** Null if it is not there, or if that is not sure any more. */
  private @Nullable Known current(String id) {
    Known known = entries.get(id);
    return known != null
            && (known.isShown || nanoTime.getAsLong() - known.learned <= UNTIL_SHOWN.toNanos())
        ? known
        : null;
  }

  private void unindex(SignIn signIn) {
    byOwner.computeIfPresent(
        owner(signIn),
        (owner, ids) -> {
          ids.remove(signIn.id());
          return ids.isEmpty() ? null : ids;
        });
  }

  private void remember(End end) {
    ends.put(end.id, end);
    oldestEnds.add(end);
    forgetOldEnds();
  }

  /** An entry of the queue may be of an end that was forgotten, or remembered anew, since. */
  private void forgetOldEnds() {
    long now = nanoTime.getAsLong();
    End oldest = oldestEnds.peek();
    while (oldest != null && (now - oldest.learned > kept || oldestEnds.size() > MOST_ENDS)) {
      oldestEnds.remove();
      ends.remove(oldest.id, oldest);
      oldest = oldestEnds.peek();
    }
  }

  private static boolean isAfter(SignIn one, SignIn other) {
    return ResourceVersion.of(version(one).resourceVersion())
        .isAfter(ResourceVersion.of(version(other).resourceVersion()));
  }

  private static Owner owner(SignIn signIn) {
    return signIn.person().owner();
  }

  private static Version version(SignIn stored) {
    return stored.version().orElseThrow();
  }
}
