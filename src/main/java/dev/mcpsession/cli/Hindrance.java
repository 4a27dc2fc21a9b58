package dev.mcpsession.cli;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.http.HttpTimeoutException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Sentences for what keeps the operator from its work, each with what to do about it. */
final class Hindrance {
  static final String NOT_INSTALLED =
      "The API server does not know McpSession; install it with: kubectl apply -f crds/";

  private Hindrance() {}

  /**
   * Why somebody cannot do what a role is for.
   *
   * @param verbs that the role needs
   * @param namespace where; null: in all
   */
  static String toReader(
      KubernetesClientException failure,
      String verbs,
      String resource,
      @Nullable String namespace) {
    return switch (failure.getCode()) {
      case HttpURLConnection.HTTP_FORBIDDEN ->
          reason(failure)
              + "; ask for "
              + verbs
              + " on "
              + resource
              + (namespace == null ? " in all namespaces" : " in " + namespace);
      case HttpURLConnection.HTTP_UNAUTHORIZED ->
          "The API server does not accept your credentials; see: kubectl auth whoami";
      case -1, 0 -> "The API server cannot be reached: " + reason(failure);
      default -> "The API server refuses: " + reason(failure);
    };
  }

  /** Why the sessions cannot be read. */
  static String of(Throwable failure) {
    if (failure instanceof PermissionReview.MissingPermissions missing) {
      return String.valueOf(missing.getMessage());
    }
    KubernetesClientException refusal = refusal(failure);
    int code = refusal == null ? 0 : refusal.getCode();
    return switch (code) {
      case HttpURLConnection.HTTP_NOT_FOUND -> NOT_INSTALLED;
      case HttpURLConnection.HTTP_FORBIDDEN ->
          "The operator's ServiceAccount lacks a permission that the ClusterRole in config/rbac/"
              + " grants: "
              + reason(failure);
      case HttpURLConnection.HTTP_UNAUTHORIZED ->
          "The API server does not accept the operator's credentials";
      case 0 -> "The API server cannot be reached: " + reason(failure);
      default -> "The API server refuses to list the sessions: " + reason(failure);
    };
  }

  /** The innermost reason, without the client's description of the call around it. */
  static String reason(Throwable failure) {
    KubernetesClientException refusal = refusal(failure);
    if (refusal != null
        && refusal.getStatus() != null
        && refusal.getStatus().getMessage() != null) {
      return refusal.getStatus().getMessage();
    }
    Throwable innermost = failure;
    for (Throwable t = failure; t != null; t = t.getCause() == t ? null : t.getCause()) {
      innermost = t;
      if (t instanceof HttpTimeoutException || t instanceof TimeoutException) {
        return "no answer in time";
      }
      if (t instanceof ConnectException && t.getMessage() == null) {
        return "connection refused"; // its causes say less
      }
    }
    String name = innermost.getClass().getSimpleName();
    return innermost.getMessage() == null ? name : name + ": " + innermost.getMessage();
  }

  /** What the API server answered; null: it did not. */
  private static @Nullable KubernetesClientException refusal(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause() == t ? null : t.getCause()) {
      if (t instanceof KubernetesClientException e && e.getCode() > 0) {
        return e;
      }
    }
    return null;
  }
}
