package dev.mcpsession.reconcile.write;

import dev.mcpsession.api.McpSessionTemplate;
import io.fabric8.kubernetes.api.model.Pod;

/** The requests that write about templates. */
public interface TemplateApi {
  /**
   * Replaces the status, if the template still has this resourceVersion.
   *
   * @throws io.fabric8.kubernetes.client.KubernetesClientException what the API server answered
   */
  McpSessionTemplate replaceTemplateStatus(McpSessionTemplate template);

  /**
   * Finds out whether the Pod would be accepted; creates nothing.
   *
   * @throws io.fabric8.kubernetes.client.KubernetesClientException what the API server answered
   */
  void tryPod(Pod pod);
}
