package dev.mcpsession.reconcile;

import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an error of the API server means. */
final class Answer {
  private static final int INVALID = 422;
  private static final int TOO_MANY = 429;

  private Answer() {}

  static boolean isConflict(KubernetesClientException e) {
    return e.getCode() == HttpURLConnection.HTTP_CONFLICT;
  }

  static boolean isGone(KubernetesClientException e) {
    return e.getCode() == HttpURLConnection.HTTP_NOT_FOUND;
  }

  /** The object itself is not acceptable; trying again does not help by itself. */
  static boolean isRefusal(KubernetesClientException e) {
    return (e.getCode() >= 400
            && e.getCode() < 500
            && e.getCode() != TOO_MANY
            && e.getCode() != 401
            && !isGone(e))
        || isNamespaceEnding(e);
  }

  static boolean isInvalid(KubernetesClientException e) {
    return e.getCode() == INVALID || e.getCode() == HttpURLConnection.HTTP_BAD_REQUEST;
  }

  static boolean isNamespaceEnding(KubernetesClientException e) {
    Status status = e.getStatus();
    List<StatusCause> causes =
        status == null || status.getDetails() == null ? List.of() : status.getDetails().getCauses();
    return isGone(e)
        || causes.stream().anyMatch(cause -> "NamespaceTerminating".equals(cause.getReason()));
  }

  /** The API server's own words where there are any. */
  static String words(KubernetesClientException e) {
    Status status = e.getStatus();
    String message = status == null ? null : status.getMessage();
    return message != null && !message.isBlank() ? message : orEmpty(e.getMessage());
  }

  static Outcome judge(KubernetesClientException e, String what) {
    return switch (e.getCode()) {
      case HttpURLConnection.HTTP_CONFLICT -> new Outcome.Stale();
      case HttpURLConnection.HTTP_NOT_FOUND -> new Outcome.Gone();
      default ->
          new Outcome.Unavailable(
              what
                  + (e.getCode() > 0 ? " was answered with " + e.getCode() : " got no answer")
                  + ": "
                  + words(e));
    };
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
