package dev.mcpsession.cleanup;

import dev.mcpsession.kube.ApiErrors;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whether Helm is uninstalling a release. Helm stores each revision of a release in a Secret, or in
 * a ConfigMap if {@code HELM_DRIVER} says so, and labels the last one {@code status=uninstalling}
 * before it runs the hooks of {@code helm uninstall}. Nothing else does: not {@code helm template},
 * and not {@code kubectl apply} of what it renders.
 *
 * @param namespace where Helm stores the release
 * @param release its name
 * @param revision that the hooks were rendered for; after rollbacks the last one is higher
 */
public record HelmUninstall(String namespace, String release, int revision) {
  /**
   * Maximum of revisions that are looked at. The chart grants the right to read that many; a
   * rollback adds a revision with the hooks of an older one.
   */
  public static final int REVISIONS = 20;

  private static final Pattern REFERENCE =
      Pattern.compile("([a-z0-9]([-a-z0-9]*[a-z0-9])?)/([-.a-z0-9]{1,53})/([1-9][0-9]{0,8})");

  /** Of {@code NAMESPACE/RELEASE/REVISION}; empty if it is something else. */
  public static Optional<HelmUninstall> parse(String reference) {
    Matcher parts = REFERENCE.matcher(reference);
    return parts.matches()
        ? Optional.of(
            new HelmUninstall(parts.group(1), parts.group(3), Integer.parseInt(parts.group(4))))
        : Optional.empty();
  }

  /**
   * Why it is not known that Helm is uninstalling the release; empty while it is.
   *
   * @throws KubernetesClientException when the API server cannot answer
   */
  public Optional<String> refusal(KubernetesClient client) {
    for (int at = revision; at < revision + REVISIONS; at++) {
      String name = "sh.helm.release.v1." + release + ".v" + at;
      try {
        if (isUninstalling(client.secrets().inNamespace(namespace).withName(name).get())
            || isUninstalling(client.configMaps().inNamespace(namespace).withName(name).get())) {
          return Optional.empty();
        }
      } catch (KubernetesClientException e) {
        if (e.getCode() != HttpURLConnection.HTTP_FORBIDDEN) {
          throw e;
        }
        return Optional.of(unknown(ApiErrors.reason(e)));
      }
    }
    return Optional.of(
        unknown(
            "no Secret or ConfigMap sh.helm.release.v1."
                + release
                + ".v"
                + revision
                + " or of a later revision has the label status=uninstalling there"));
  }

  private String unknown(String why) {
    return "No session was deleted: it is not known that Helm is uninstalling the release "
        + release
        + " in namespace "
        + namespace
        + " ("
        + why
        + "). To delete all sessions without it, run cleanup without --only-while-helm-uninstalls";
  }

  private boolean isUninstalling(@Nullable HasMetadata stored) {
    if (stored == null) {
      return false;
    }
    Map<String, String> labels = stored.getMetadata().getLabels();
    return labels != null
        && "helm".equals(labels.get("owner"))
        && release.equals(labels.get("name"))
        && "uninstalling".equals(labels.get("status"));
  }
}
