package dev.mcpsession.kube;

import dev.mcpsession.text.OneLine;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.http.HttpTimeoutException;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What an error of the API server, or of the connection to it, means. */
public final class ApiErrors {
  private static final int INVALID = 422;
  private static final int TOO_MANY = 429;

  private ApiErrors() {}

  public static boolean isConflict(KubernetesClientException e) {
    return e.getCode() == HttpURLConnection.HTTP_CONFLICT;
  }

  public static boolean isGone(KubernetesClientException e) {
    return e.getCode() == HttpURLConnection.HTTP_NOT_FOUND;
  }

  /**
   * The API server did not answer, cannot do what is asked now, or does not accept the caller's
   * credentials at the moment: none of it says anything of the request.
   */
  public static boolean isUnavailable(KubernetesClientException e) {
    return e.getCode() <= 0
        || e.getCode() >= HttpURLConnection.HTTP_INTERNAL_ERROR
        || e.getCode() == TOO_MANY
        || e.getCode() == HttpURLConnection.HTTP_UNAUTHORIZED;
  }

  /** The API server rejected the object itself; a retry alone does not help. */
  public static boolean isRefusal(KubernetesClientException e) {
    return (e.getCode() >= 400
            && e.getCode() < 500
            && e.getCode() != TOO_MANY
            && e.getCode() != 401
            && !isGone(e))
        || isNamespaceEnding(e);
  }

  public static boolean isInvalid(KubernetesClientException e) {
    return e.getCode() == INVALID
        || (e.getCode() == HttpURLConnection.HTTP_BAD_REQUEST && !isOfWebhook(e));
  }

  /** A webhook's policy may change, and 400 is its code if it names none. */
  private static boolean isOfWebhook(KubernetesClientException e) {
    return words(e).contains("admission webhook");
  }

  /** A webhook that may have side effects is not asked by a dry run, which says nothing then. */
  public static boolean isWithoutDryRun(KubernetesClientException e) {
    return e.getCode() == HttpURLConnection.HTTP_BAD_REQUEST && words(e).contains("dry run");
  }

  /** The namespace is being deleted, or is gone; no other 404 counts. */
  public static boolean isNamespaceGoing(KubernetesClientException e) {
    Status status = e.getStatus();
    return isNamespaceEnding(e)
        && (!isGone(e)
            || (status != null
                && status.getDetails() != null
                && "namespaces".equals(status.getDetails().getKind())));
  }

  public static boolean isNamespaceEnding(KubernetesClientException e) {
    Status status = e.getStatus();
    List<StatusCause> causes =
        status == null || status.getDetails() == null ? List.of() : status.getDetails().getCauses();
    return isGone(e)
        || causes.stream().anyMatch(cause -> "NamespaceTerminating".equals(cause.getReason()));
  }

  /**
   * The API server's message, else the client's, on one line; may be empty. Not for requests that
   * carry a Secret: see {@link SecretErrors}.
   */
  public static String words(KubernetesClientException e) {
    Status status = e.getStatus();
    String message = status == null ? null : status.getMessage();
    return OneLine.of(message != null && !message.isBlank() ? message : orEmpty(e.getMessage()));
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  /** The root cause on one line, without the client's description of the call around it. */
  public static String reason(Throwable failure) {
    KubernetesClientException refusal = refusal(failure);
    if (refusal != null
        && refusal.getStatus() != null
        && refusal.getStatus().getMessage() != null) {
      return OneLine.of(refusal.getStatus().getMessage());
    }
    Throwable innermost = failure;
    for (Throwable t = failure; t != null; t = t.getCause() == t ? null : t.getCause()) {
      innermost = t;
      if (t instanceof HttpTimeoutException || t instanceof TimeoutException) {
        return "no answer in time";
      }
      if (t instanceof ConnectException && t.getMessage() == null) {
        return "connection refused"; // its causes are less specific
      }
    }
    String name = innermost.getClass().getSimpleName();
    return innermost.getMessage() == null ? name : name + ": " + OneLine.of(innermost.getMessage());
  }

  /** The error that the API server answered with; null if it did not answer. */
  public static @Nullable KubernetesClientException refusal(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause() == t ? null : t.getCause()) {
      if (t instanceof KubernetesClientException e && e.getCode() > 0) {
        return e;
      }
    }
    return null;
  }
}
