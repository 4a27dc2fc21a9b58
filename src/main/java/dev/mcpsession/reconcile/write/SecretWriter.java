package dev.mcpsession.reconcile.write;

import dev.mcpsession.api.Names;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.reconcile.memory.OwnWrites;
import dev.mcpsession.reconcile.memory.SessionEntry;
import dev.mcpsession.reconcile.memory.TokenCallState;
import dev.mcpsession.resources.Child;
import dev.mcpsession.resources.TokenSecret;
import dev.mcpsession.token.Token;
import dev.mcpsession.token.TokenInfo;
import io.fabric8.kubernetes.api.model.Secret;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Creates, finds and deletes the Secrets that hold one session's tokens, one for each revision.
 * Secrets of these names that belong to another owner are not touched.
 */
public final class SecretWriter {
  private final ClusterApi api;
  private final ChildRequests requests;
  private final SessionEntry entry;
  private final TokenCallState tokenCall;
  private final OwnWrites writes;
  private final InstantSource clock;
  private final SessionKey key;

  public SecretWriter(
      ClusterApi api,
      ChildRequests requests,
      SessionKey key,
      SessionEntry entry,
      InstantSource clock) {
    this.api = api;
    this.requests = requests;
    this.entry = entry;
    this.tokenCall = entry.tokenCall();
    this.writes = entry.writes();
    this.clock = clock;
    this.key = key;
  }

  /** Stores the token that was obtained; without one, the next plan obtains it again. */
  public StepOutcome create(int revision) {
    Token token = tokenCall.token();
    if (token == null) {
      if (writes.secretUid(revision) != null) {
        // It was found after a crash; its annotations are all that is known of it.
        return StepOutcome.DONE;
      }
      tokenCall.forget();
      return new StepOutcome.PlanAgain();
    }
    return requests.create(
        ChildRequests.SECRET + name(revision),
        entry.childRejections(),
        () -> api.createSecret(TokenSecret.desired(key, revision, token)),
        () -> api.readSecret(key.namespace(), name(revision)),
        secret -> {
          writes.stored(revision, secret.getMetadata().getUid());
          TokenInfo info = Child.token(secret.getMetadata().getAnnotations());
          if (info != null && !info.equals(token.info())) {
            tokenCall.isStored(info);
          }
          return StepOutcome.DONE;
        });
  }

  /** Finds out whether the Secret of this revision would be refused. */
  public StepOutcome tryCreation(int revision) {
    Token placeholder = new Token("none yet", new TokenInfo(clock.instant(), null, null));
    return requests.tryOut(
        ChildRequests.SECRET + name(revision),
        () -> api.trySecret(TokenSecret.desired(key, revision, placeholder)));
  }

  /** The token in the Secret of this revision, if an earlier process stored one; else null. */
  public @Nullable TokenInfo findToken(int revision) {
    Secret secret = own(revision);
    if (secret == null) {
      return null;
    }
    TokenInfo info = Child.token(secret.getMetadata().getAnnotations());
    if (info != null) {
      writes.stored(revision, secret.getMetadata().getUid());
    }
    return info;
  }

  /** By uid, and only if it is ours: another owner may have an object of this name. */
  public StepOutcome delete(int revision) {
    String uid = writes.secretUid(revision);
    if (uid == null) {
      Secret secret = own(revision);
      if (secret == null) {
        entry.undeletedSecrets().deleted(revision);
        return StepOutcome.DONE;
      }
      uid = secret.getMetadata().getUid();
    }
    String known = uid;
    // After a conflict the uid is read again.
    writes.deletedSecret(revision);
    requests.delete(() -> api.deleteSecret(key.namespace(), name(revision), known));
    entry.undeletedSecrets().deleted(revision);
    return StepOutcome.DONE;
  }

  /** The session's Secret of this revision; null if there is none, or another owner's. */
  private @Nullable Secret own(int revision) {
    Secret secret = api.readSecret(key.namespace(), name(revision));
    return secret != null && Child.isOwned(secret.getMetadata(), key) ? secret : null;
  }

  private String name(int revision) {
    return Names.child(key.name(), revision);
  }
}
