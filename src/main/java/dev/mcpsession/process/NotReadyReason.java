package dev.mcpsession.process;

import dev.mcpsession.kube.ApiErrors;
import dev.mcpsession.rbac.PermissionReview;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import org.jspecify.annotations.Nullable;

/**
 * Human-readable reasons why a role cannot work, each with what to do about it.
 *
 * @param role such as "operator"
 * @param permissions where they are granted, such as "the ClusterRole in config/rbac/"
 * @param work that the API server may refuse, such as "list the sessions"
 */
public record NotReadyReason(String role, String permissions, String work) {
  public static final String NOT_INSTALLED =
      "The API server does not know McpSession; install it with: kubectl apply -f crds/";

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

  /** Why the role cannot start. */
  public String of(Throwable failure) {
    if (failure instanceof PermissionReview.MissingPermissions missing) {
      return String.valueOf(missing.getMessage());
    }
    KubernetesClientException refusal = ApiErrors.refusal(failure);
    int code = refusal == null ? 0 : refusal.getCode();
    return switch (code) {
      case HttpURLConnection.HTTP_NOT_FOUND -> NOT_INSTALLED;
      case HttpURLConnection.HTTP_FORBIDDEN ->
          "The "
              + role
              + "'s ServiceAccount lacks a permission that "
              + permissions
              + " grants: "
              + ApiErrors.reason(failure);
      case HttpURLConnection.HTTP_UNAUTHORIZED ->
          "The API server does not accept the " + role + "'s credentials";
      case 0 -> "The API server cannot be reached: " + ApiErrors.reason(failure);
      default -> "The API server refuses to " + work + ": " + ApiErrors.reason(failure);
    };
  }
}
