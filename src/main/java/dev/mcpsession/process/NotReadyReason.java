package dev.mcpsession.process;

import dev.mcpsession.kube.ApiErrors;
import dev.mcpsession.rbac.PermissionReview;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import org.jspecify.annotations.Nullable;

/**
 * Human-readable reasons why the operator or another role cannot work, each with what to do about
 * it.
 */
public final class NotReadyReason {
  public static final String NOT_INSTALLED =
      "The API server does not know McpSession; install it with: kubectl apply -f crds/";

  private NotReadyReason() {}

  /**
   * Why a role cannot work with the credentials of its user.
   *
   * @param verbs that the role needs
   * @param namespace where; null: in all
   */
  public static String toReader(
      KubernetesClientException failure,
      String verbs,
      String resource,
      @Nullable String namespace) {
    return switch (failure.getCode()) {
      case HttpURLConnection.HTTP_FORBIDDEN ->
          ApiErrors.reason(failure)
              + "; ask for "
              + verbs
              + " on "
              + resource
              + (namespace == null ? " in all namespaces" : " in " + namespace);
      case HttpURLConnection.HTTP_UNAUTHORIZED ->
          "The API server does not accept your credentials; see: kubectl auth whoami";
      case -1, 0 -> "The API server cannot be reached: " + ApiErrors.reason(failure);
      default -> "The API server refuses: " + ApiErrors.reason(failure);
    };
  }

  /** Why the sessions cannot be read. */
  public static String of(Throwable failure) {
    if (failure instanceof PermissionReview.MissingPermissions missing) {
      return String.valueOf(missing.getMessage());
    }
    KubernetesClientException refusal = ApiErrors.refusal(failure);
    int code = refusal == null ? 0 : refusal.getCode();
    return switch (code) {
      case HttpURLConnection.HTTP_NOT_FOUND -> NOT_INSTALLED;
      case HttpURLConnection.HTTP_FORBIDDEN ->
          "The operator's ServiceAccount lacks a permission that the ClusterRole in config/rbac/"
              + " grants: "
              + ApiErrors.reason(failure);
      case HttpURLConnection.HTTP_UNAUTHORIZED ->
          "The API server does not accept the operator's credentials";
      case 0 -> "The API server cannot be reached: " + ApiErrors.reason(failure);
      default -> "The API server refuses to list the sessions: " + ApiErrors.reason(failure);
    };
  }
}
