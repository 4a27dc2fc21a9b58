package dev.mcpsession.simulation.rule;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.simulation.model.ModelApiServer;
import dev.mcpsession.simulation.model.ModelCaches;
import dev.mcpsession.simulation.model.Truth;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which Secrets and Pods of a session the operator can still find: by a number in the status, by
 * labels, or because a process knows of them. No rule asks it to remove the others.
 */
final class Traces {
  private final Set<String> untraceable = new HashSet<>();

  /** Secrets whose Pods somebody deleted while the status named their numbers. */
  private final Set<String> withoutPod = new HashSet<>();

  private final Set<String> lostPods = new HashSet<>();

  /** Uids of the sessions that each running process has reconciled. */
  private final Map<String, Set<String>> reconciled = new HashMap<>();

  /** Uids of Pods without labels when each process looked at their sessions first, and since. */
  private final Map<String, Set<String>> neverShown = new HashMap<>();

  /** Names of the Secrets that each process found missing in a plan that it carries out. */
  private final Map<String, Set<String>> foundMissing = new HashMap<>();

  private final ModelApiServer server;
  private final Truth truth;

  Traces(ModelApiServer server) {
    this.server = server;
    this.truth = new Truth(server);
  }

  /**
   * Someone emptied the status. Nobody knows any more of Pods that lack the labels that informers
   * select, and lacked them already when each process that runs looked at the session first.
   */
  void statusEmptied(McpSession session) {
    for (Secret secret : truth.secrets(session)) {
      Pod pod = server.pods.find(Truth.name(secret));
      if (pod == null || !Truth.isLive(pod) || !Truth.uid(session).equals(Truth.owner(pod))) {
        untraceable.add(Truth.uid(secret));
      }
    }
    unlabelled(session).filter(pod -> !isKnown(session, pod)).forEach(this::lose);
  }

  /** A process of the operator started. */
  void processStarted(String process) {
    reconciled.put(process, new HashSet<>());
  }

  /** From now on this process knows of all Pods that have had their labels since. */
  void reconciled(String process, McpSession session) {
    Set<String> uids = reconciled.get(process);
    if (uids == null) {
      return;
    }
    boolean first = uids.add(Truth.uid(session));
    Set<String> unseen = neverShown.computeIfAbsent(process, name -> new HashSet<>());
    for (Pod pod : truth.livePods(session)) {
      if (ModelCaches.isManaged(pod)) {
        unseen.remove(Truth.uid(pod));
      } else if (first) {
        unseen.add(Truth.uid(pod));
      }
    }
  }

  private boolean isKnown(McpSession session, Pod pod) {
    return reconciled.entrySet().stream()
        .filter(process -> process.getValue().contains(Truth.uid(session)))
        .anyMatch(
            process ->
                !neverShown.getOrDefault(process.getKey(), Set.of()).contains(Truth.uid(pod)));
  }

  /** A process looked for a Secret, as it does before its status drops the number. */
  void secretMissing(String process, String secret) {
    foundMissing.computeIfAbsent(process, name -> new HashSet<>()).add(secret);
  }

  /** A process has carried out a plan, or given it up. */
  void planEnded(String process, String session) {
    Set<String> names = foundMissing.getOrDefault(process, new HashSet<>());
    names.removeIf(name -> name.startsWith(session + "-"));
  }

  /**
   * A process made a Secret. If another, which does not know that this one leads no more, has just
   * found it missing, its status drops the number, and nothing leads to the Secret.
   */
  void secretMade(String process, Secret secret) {
    foundMissing.forEach(
        (other, names) -> {
          if (!other.equals(process) && names.contains(Truth.name(secret))) {
            untraceable.add(Truth.uid(secret));
          }
        });
  }

  /** Nobody can know of this child from now on. */
  void giveUp(HasMetadata child) {
    untraceable.add(Truth.uid(child));
  }

  /**
   * Someone deleted a Pod. Once no status names its number, only that Pod pointed to its Secret,
   * which then stays as long as its session. That holds if the status has already dropped the
   * number, or if the process that will drop it ends before it has deleted the Secret.
   */
  void podTaken(McpSession session, Pod pod) {
    Secret secret = server.secrets.find(Truth.name(pod));
    if (secret != null && isNamed(pod, session)) {
      withoutPod.add(Truth.uid(secret));
    } else if (secret != null) {
      untraceable.add(Truth.uid(secret));
    }
  }

  /** Whether the status names a child's number, as that which serves or is attempted. */
  private static boolean isNamed(HasMetadata child, McpSession session) {
    McpSessionStatus status = session.getStatus();
    int attempt = status == null || status.attempt() == null ? 0 : status.attempt().revision();
    return Truth.name(child).equals(Truth.podName(session))
        || Truth.name(child).equals(Truth.name(session) + "-" + attempt);
  }

  /**
   * A process of the operator ended. What it alone knew is lost: Pods without the labels that
   * informers select, whose numbers no status names, and their Secrets; Secrets whose Pods somebody
   * deleted, and which it had yet to delete.
   */
  void processEnded(String process) {
    reconciled.remove(process);
    neverShown.remove(process);
    for (McpSession session : server.sessions.all()) {
      unlabelled(session).filter(pod -> !isNamed(pod, session)).forEach(this::lose);
      truth.secrets(session).stream()
          .filter(secret -> !isNamed(secret, session))
          .map(Truth::uid)
          .filter(withoutPod::contains)
          .forEach(untraceable::add);
    }
  }

  private Stream<Pod> unlabelled(McpSession session) {
    return truth.livePods(session).stream().filter(pod -> !ModelCaches.isManaged(pod));
  }

  /** Nobody knows of this Pod any more, and only it pointed to its Secret. */
  private void lose(Pod pod) {
    lostPods.add(Truth.uid(pod));
    Secret secret = server.secrets.find(Truth.name(pod));
    if (secret != null) {
      untraceable.add(Truth.uid(secret));
    }
  }

  boolean isLost(Pod pod) {
    return lostPods.contains(Truth.uid(pod)) && !ModelCaches.isManaged(pod);
  }

  boolean isUntraceable(Secret secret) {
    return untraceable.contains(Truth.uid(secret));
  }
}
