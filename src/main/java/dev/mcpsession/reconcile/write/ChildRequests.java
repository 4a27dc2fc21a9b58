package dev.mcpsession.reconcile.write;

import static dev.mcpsession.kube.ApiErrors.isConflict;
import static dev.mcpsession.kube.ApiErrors.isGone;

import dev.mcpsession.api.SessionKey;
import dev.mcpsession.kube.ApiErrors;
import dev.mcpsession.plan.observed.ApiRejection;
import dev.mcpsession.reconcile.memory.Rejections;
import dev.mcpsession.reconcile.memory.SessionEntry;
import dev.mcpsession.resources.Child;
import dev.mcpsession.token.Token;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the API server's answers to creations and deletions of one session's children mean: who owns
 * a name that is taken, what was rejected, and what may be told of it.
 */
public final class ChildRequests {
  private static final Logger log = LoggerFactory.getLogger(ChildRequests.class);

  /** How a Secret is named in messages, before its name. */
  static final String SECRET = "Secret ";

  private final SessionKey key;
  private final SessionEntry entry;
  private final InstantSource clock;

  public ChildRequests(SessionKey key, SessionEntry entry, InstantSource clock) {
    this.key = key;
    this.entry = entry;
    this.clock = clock;
  }

  /**
   * Creates an object. On a conflict, reads it: if it is ours, an earlier request created it and
   * its response was lost.
   *
   * @param what kind and name, as in messages
   * @param rejections where a rejection is noted
   * @param made notes the object, and says what follows
   * @throws KubernetesClientException of the read, and of what {@code made} requests
   */
  <T extends HasMetadata> StepOutcome create(
      String what,
      Rejections rejections,
      Supplier<T> create,
      Supplier<@Nullable T> read,
      Function<T, StepOutcome> made) {
    T result;
    try {
      result = create.get();
    } catch (KubernetesClientException e) {
      if (!isConflict(e)) {
        return ApiErrors.isRefusal(e)
            ? refused(what, rejections, e)
            : StepOutcome.of(e, "creating " + what, words(what, e));
      }
      T existing = read.get();
      if (existing == null) {
        // Not a name that is taken, but an answer of its own, as of an admission webhook.
        return new StepOutcome.Unavailable("creating " + what, words(what, e), e.getCode());
      }
      if (existing.getMetadata().getDeletionTimestamp() != null) {
        return new StepOutcome.NotYet(what + " of a predecessor is still being deleted");
      }
      if (!Child.isOwned(existing.getMetadata(), key)) {
        String owner = Child.describeOwner(existing.getMetadata());
        rejections.rejected(new ApiRejection.Taken(what, owner, rejections.next(), now()));
        return new StepOutcome.PlanAgain();
      }
      result = existing;
    }
    return made.apply(result);
  }

  /**
   * Finds out whether a Secret or Pod would be refused. A name that is taken is the business of the
   * request that is meant.
   *
   * @param what kind and name, as in messages
   */
  StepOutcome tryOut(String what, Runnable dryRun) {
    try {
      dryRun.run();
    } catch (KubernetesClientException e) {
      if (!isConflict(e) && !ApiErrors.isWithoutDryRun(e)) {
        return ApiErrors.isRefusal(e)
            ? refused(what, entry.childRejections(), e)
            : StepOutcome.of(e, "creating " + what);
      }
    }
    return StepOutcome.DONE;
  }

  /**
   * Deletes an object that may be gone already.
   *
   * @throws KubernetesClientException for any other answer; a conflict may mean another uid, or
   *     nothing, and the next plan shows which
   */
  void delete(Runnable delete) {
    try {
      delete.run();
    } catch (KubernetesClientException e) {
      if (!isGone(e)) {
        throw e;
      }
    }
  }

  /** Notes that the API server creates nothing in the session's namespace any more. */
  public StepOutcome namespaceEnds() {
    if (entry.namespaceEnds(clock.instant())) {
      log.info(
          "namespace {} is being deleted: nothing is created or reported there", key.namespace());
    }
    return new StepOutcome.Gone();
  }

  private StepOutcome refused(String what, Rejections rejections, KubernetesClientException e) {
    if (ApiErrors.isNamespaceEnding(e)) {
      return ApiErrors.isNamespaceGoing(e) ? namespaceEnds() : new StepOutcome.Gone();
    }
    rejections.rejected(
        new ApiRejection.Refused(
            what, words(what, e), ApiErrors.isInvalid(e), rejections.next(), now()));
    return new StepOutcome.PlanAgain();
  }

  /**
   * What may be told of the answer: of one about a Secret its known parts, and never the token in
   * hand, which an admission webhook has seen.
   */
  private String words(String what, KubernetesClientException e) {
    if (what.startsWith(SECRET)) {
      return ErrorWords.ofSecret(e);
    }
    Token token = entry.tokenCall().token();
    return token == null ? ErrorWords.of(e) : token.maskedIn(ErrorWords.of(e));
  }

  /** In whole milliseconds, as plans count. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
