package dev.mcpsession.reconcile;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What keeps one container from being ready, in our words: what the runtime says may repeat the
 * container's command with the values of its variables, or the end of its log. Pure.
 *
 * @param what is wrong
 * @param code with which it exited; null if it did not
 * @param logged whether its log may say more
 */
record ContainerTrouble(String what, @Nullable Integer code, boolean logged) {
  /** Waiting reasons that occur at every start and tell a user nothing. */
  static final Set<String> ORDINARY = Set.of("ContainerCreating", "PodInitializing");

  private static final Set<String> NOT_STARTED = Set.of("StartError", "ContainerCannotRun");

  private static final Map<String, String> IMAGE =
      Map.of(
          "ErrImagePull", "",
          "ImagePullBackOff", "",
          "ImageInspectError", "",
          "RegistryUnavailable", ": the registry cannot be reached",
          "SignatureValidationFailed", ": its signature is not accepted",
          "ErrImageNeverPull", ": the node does not have it, and imagePullPolicy is Never",
          "InvalidImageName", ": that is no name of an image");

  private static final String NON_ROOT =
      "set securityContext.runAsUser in spec.podTemplate to a user other than 0, or runAsNonRoot to"
          + " false";

  /**
   * Reads one container.
   *
   * @param spec of the container, with what may be named: the runtime may report other names
   * @return null if nothing is wrong with it, or it is only starting
   */
  static @Nullable ContainerTrouble of(ContainerStatus status, Container spec, String namespace) {
    String name = "container " + status.getName();
    ContainerStateWaiting waiting =
        status.getState() == null ? null : status.getState().getWaiting();
    String reason = waiting == null ? null : waiting.getReason();
    String said =
        waiting == null || waiting.getMessage() == null ? "" : waiting.getMessage().strip();
    if (reason != null && IMAGE.containsKey(reason)) {
      String image = spec.getImage() == null ? "" : " " + spec.getImage();
      String known = IMAGE.get(reason);
      String why = known.isEmpty() ? whyNotPulled(said) : known;
      return new ContainerTrouble(
          name + ": image" + image + " cannot be pulled" + why, null, false);
    }
    ContainerStateTerminated exit = exit(status);
    if (exit != null && !Boolean.TRUE.equals(status.getReady())) {
      return exited(name, exit);
    }
    if (reason == null || ORDINARY.contains(reason)) {
      return null;
    }
    String known = PodTrouble.reason(reason);
    String what = known == null ? name + " does not start" : name + ": " + known;
    if (said.contains("runAsNonRoot") || said.contains("non-root")) {
      // The kubelet words this differently for an image's user and for runAsUser.
      what += ", it would run as root; " + NON_ROOT;
    } else {
      what += MissingReference.in(said, spec, namespace);
    }
    return new ContainerTrouble(what, null, false);
  }

  private static ContainerTrouble exited(String name, ContainerStateTerminated exit) {
    String reason = PodTrouble.reason(exit.getReason());
    int signal = exit.getSignal() == null ? 0 : exit.getSignal();
    boolean started = reason == null || !NOT_STARTED.contains(reason);
    return new ContainerTrouble(
        name
            + (started ? " exited with code " : " could not be started, code ")
            + exit.getExitCode()
            + (signal == 0 ? "" : ", signal " + signal)
            + (reason == null ? "" : " (" + reason + ")"),
        exit.getExitCode(),
        started);
  }

  /** Whether the container runs again after its exit, so that its log is the previous one's. */
  boolean isRestarted(String restartPolicy) {
    return switch (restartPolicy) {
      case "Never" -> false;
      case "OnFailure" -> !Integer.valueOf(0).equals(code);
      default -> true;
    };
  }

  /** How the container ended last; null when it never did. */
  static @Nullable ContainerStateTerminated exit(ContainerStatus container) {
    ContainerStateTerminated now =
        container.getState() == null ? null : container.getState().getTerminated();
    ContainerStateTerminated before =
        container.getLastState() == null ? null : container.getLastState().getTerminated();
    return now != null ? now : before;
  }

  /** Whether its run is over and was a success, as that of an init container should be. */
  static boolean succeeded(ContainerStatus init) {
    ContainerStateTerminated end = init.getState() == null ? null : init.getState().getTerminated();
    return end != null && Integer.valueOf(0).equals(end.getExitCode());
  }

  /** The first that applies of what runtimes say; a registry's address may hold a password. */
  private static String whyNotPulled(String said) {
    String words = said.toLowerCase(Locale.ROOT);
    if (words.contains("no space left")) {
      return ": the node has no space left";
    } else if (words.contains("x509") || words.contains("certificate")) {
      return ": the registry's certificate is not trusted";
    } else if (words.contains("no such host")
        || words.contains("connection refused")
        || words.contains("dial tcp")
        || words.contains("timeout")
        || words.contains("deadline exceeded")) {
      return ": the registry cannot be reached";
    } else if (words.contains("toomanyrequests") || words.contains("429 too many")) {
      return ": the registry refuses for now, too many pulls";
    } else if (words.contains("unauthorized")
        || words.contains("authorization")
        || words.contains("authentication")
        || words.contains("denied")
        || words.contains("forbidden")) {
      return ": access denied; is it there, and do imagePullSecrets allow it?";
    } else if (words.contains("no match for platform") || words.contains("no matching manifest")) {
      return ": it is not there for the node's platform";
    } else if (words.contains("not found") || words.contains("manifest unknown")) {
      return ": not found";
    }
    return "";
  }
}
