package dev.mcpsession.resources;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.Names;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.token.TokenInfo;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What all children of a session have in common: names, labels, owner, and how a token is described
 * on them.
 */
public final class Child {
  private Child() {}

  static ObjectMetaBuilder metadata(SessionKey session, String name) {
    return new ObjectMetaBuilder()
        .withNamespace(session.namespace())
        .withName(name)
        .addToLabels(Names.MANAGED_BY_LABEL, Names.MANAGED_BY)
        .addToLabels(Names.SESSION_LABEL, session.name())
        .addToLabels(Names.SESSION_UID_LABEL, session.uid())
        .withOwnerReferences(
            new OwnerReferenceBuilder()
                .withApiVersion(McpSession.GROUP + "/" + McpSession.VERSION)
                .withKind("McpSession")
                .withName(session.name())
                .withUid(session.uid())
                .withController(true)
                .withBlockOwnerDeletion(true)
                .build());
  }

  static ObjectMetaBuilder metadata(SessionKey session, int revision) {
    return metadata(session, Names.child(session.name(), revision))
        .addToLabels(Names.REVISION_LABEL, Integer.toString(revision));
  }

  /**
   * Whether the label with the session's uid is on the object, so that a Service finds it by it.
   */
  public static boolean carriesUid(ObjectMeta child, SessionKey session) {
    return child.getLabels() != null
        && session.uid().equals(child.getLabels().get(Names.SESSION_UID_LABEL));
  }

  /**
   * Whether the object has the labels by which it is found. One made by an earlier version lacks
   * the session's uid, which is no loss.
   *
   * @param revision null for what belongs to no revision
   */
  public static boolean isLabelled(
      ObjectMeta child, SessionKey session, @Nullable Integer revision) {
    Map<String, String> labels = child.getLabels() == null ? Map.of() : child.getLabels();
    Map<String, String> due = new LinkedHashMap<>(labels(session, revision));
    if (!labels.containsKey(Names.SESSION_UID_LABEL)) {
      due.remove(Names.SESSION_UID_LABEL);
    }
    return labels.entrySet().containsAll(due.entrySet());
  }

  /**
   * The labels by which a child is found.
   *
   * @param revision null for what belongs to no revision
   */
  public static Map<String, String> labels(SessionKey session, @Nullable Integer revision) {
    ObjectMetaBuilder made =
        revision == null ? metadata(session, session.name()) : metadata(session, revision);
    return made.getLabels();
  }

  /** Whether the session with this uid controls the object, not another one of the same name. */
  public static boolean isOwned(ObjectMeta child, SessionKey session) {
    return child.getOwnerReferences().stream()
        .anyMatch(
            owner ->
                Boolean.TRUE.equals(owner.getController()) && session.uid().equals(owner.getUid()));
  }

  /** Names of the sessions that an object concerns: by its label, and by its controller. */
  public static Set<String> sessions(ObjectMeta child) {
    Set<String> names = new LinkedHashSet<>();
    String label = child.getLabels() == null ? null : child.getLabels().get(Names.SESSION_LABEL);
    if (label != null) {
      names.add(label);
    }
    child.getOwnerReferences().stream()
        .filter(owner -> Boolean.TRUE.equals(owner.getController()))
        .filter(owner -> "McpSession".equals(owner.getKind()))
        .forEach(owner -> names.add(owner.getName()));
    return names;
  }

  /** For messages: the controller of the object, or "nobody". */
  public static String describeOwner(ObjectMeta child) {
    return child.getOwnerReferences().stream()
        .filter(owner -> Boolean.TRUE.equals(owner.getController()))
        .map(Child::describe)
        .findFirst()
        .orElse("nobody");
  }

  private static String describe(OwnerReference owner) {
    return owner.getKind() + " " + owner.getName() + " (uid " + owner.getUid() + ")";
  }

  static Map<String, String> annotations(TokenInfo token) {
    Map<String, String> annotations = new LinkedHashMap<>();
    annotations.put(Names.TOKEN_OBTAINED_AT, token.obtainedAt().toString());
    if (token.expiresAt() != null) {
      annotations.put(Names.TOKEN_EXPIRES_AT, token.expiresAt().toString());
    }
    if (token.version() != null) {
      annotations.put(Names.TOKEN_VERSION, token.version());
    }
    return annotations;
  }

  /**
   * The token that a Pod's or token Secret's annotations describe; null if there is none, or it
   * cannot be parsed.
   */
  public static @Nullable TokenInfo token(@Nullable Map<String, String> annotations) {
    Instant obtainedAt =
        annotations == null ? null : instant(annotations.get(Names.TOKEN_OBTAINED_AT));
    return annotations == null || obtainedAt == null
        ? null
        : new TokenInfo(
            obtainedAt,
            instant(annotations.get(Names.TOKEN_EXPIRES_AT)),
            annotations.get(Names.TOKEN_VERSION));
  }

  private static @Nullable Instant instant(@Nullable String text) {
    try {
      return text == null ? null : Instant.parse(text);
    } catch (java.time.format.DateTimeParseException e) {
      return null;
    }
  }
}
