package dev.mcpsession.reconcile.write;

import dev.mcpsession.api.EffectiveSpec;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.McpSessionTemplateStatus;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.kube.ApiErrors;
import dev.mcpsession.plan.template.TemplateCheck;
import dev.mcpsession.resources.Inputs;
import dev.mcpsession.resources.SessionPod;
import dev.mcpsession.retry.ExponentialBackoff;
import dev.mcpsession.token.TokenInfo;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;

/** Checks templates, and writes their status. */
public final class TemplateWriter {
  private static final ExponentialBackoff BACKOFF =
      new ExponentialBackoff(Duration.ofSeconds(5), Duration.ofMinutes(5));

  private final TemplateApi api;

  public TemplateWriter(TemplateApi api) {
    this.api = api;
  }

  /**
   * Asks the API server for a Pod as a session without a word of its own would have it.
   *
   * @param tries how many in a row gave no answer before
   */
  public TemplateCheck check(McpSessionTemplate template, int tries, Instant now) {
    try {
      api.tryPod(pod(template, now));
      return new TemplateCheck.Accepted();
    } catch (KubernetesClientException e) {
      String words = ApiErrors.reason(e);
      return ApiErrors.isInvalid(e) && !ApiErrors.isWithoutDryRun(e)
          ? new TemplateCheck.Refused(words)
          : new TemplateCheck.NotPossible(words, tries + 1, now.plus(BACKOFF.delay(tries + 1)));
    }
  }

  /** Its name is no name of a backend: those end in a number. */
  private static Pod pod(McpSessionTemplate template, Instant now) {
    ObjectMeta metadata = template.getMetadata();
    McpSessionSpec spec = EffectiveSpec.of(metadata.getName(), template.getSpec().session());
    Pod pod =
        SessionPod.desired(
            new SessionKey(metadata.getNamespace(), metadata.getName(), metadata.getUid()),
            spec,
            1,
            Inputs.of(spec, null, null),
            spec.token() == null ? null : new TokenInfo(now, null, null));
    pod.getMetadata().setName(metadata.getName() + "-check");
    return pod;
  }

  /**
   * Replaces the status of the template as it was seen.
   *
   * @return the template as stored
   * @throws KubernetesClientException what the API server answered, a conflict too
   */
  public McpSessionTemplate write(McpSessionTemplate template, McpSessionTemplateStatus status) {
    McpSessionTemplate desired = new McpSessionTemplate();
    desired.setMetadata(template.getMetadata());
    desired.setSpec(template.getSpec());
    desired.setStatus(status);
    return api.replaceTemplateStatus(desired);
  }
}
