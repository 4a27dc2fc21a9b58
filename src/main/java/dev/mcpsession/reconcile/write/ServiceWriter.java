package dev.mcpsession.reconcile.write;

import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.reconcile.memory.OwnWrites;
import dev.mcpsession.reconcile.memory.Rejections;
import dev.mcpsession.reconcile.memory.SessionEntry;
import dev.mcpsession.resources.Child;
import dev.mcpsession.resources.ServiceUpdate;
import dev.mcpsession.resources.SessionService;
import io.fabric8.kubernetes.api.model.Service;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates, points and deletes the Service of one session, for one plan. A Service of its name that
 * belongs to another owner is not touched.
 */
public final class ServiceWriter {
  private static final Logger log = LoggerFactory.getLogger(ServiceWriter.class);

  private final ClusterApi api;
  private final ChildRequests requests;
  private final Rejections rejections;
  private final OwnWrites writes;
  private final InstantSource clock;
  private final SessionKey key;
  private final McpSessionSpec spec;

  public ServiceWriter(
      ClusterApi api,
      ChildRequests requests,
      Observation seen,
      SessionEntry entry,
      InstantSource clock) {
    this.api = api;
    this.requests = requests;
    this.rejections = entry.serviceRejections();
    this.writes = entry.writes();
    this.clock = clock;
    this.key = seen.session().key();
    this.spec = seen.session().spec();
  }

  /**
   * Creates the Service.
   *
   * @param revision of the Pod that it leads to
   * @param byUid whether its selector names the session's uid
   * @param port of the Pod
   */
  public StepOutcome create(int revision, boolean byUid, int port) {
    return requests.create(
        "Service " + key.name(),
        rejections,
        () ->
            api.createService(
                SessionService.desired(key, revision, byUid, port, spec.serviceAppProtocol())),
        () -> api.readService(key.namespace(), key.name()),
        service -> {
          rejections.succeeded();
          writes.wrote(labelled(service), clock.instant());
          // One of ours that a late cache does not show may lead to the revision before.
          SessionService.Selected selected =
              SessionService.selected(service.getSpec().getSelector(), key);
          return selected != null && selected.revision() == revision
              ? StepOutcome.DONE
              : new StepOutcome.PlanAgain();
        });
  }

  /** A Service of ours that no cache shows has lost the labels by which it is found. */
  private Service labelled(Service service) {
    if (Child.isLabelled(service.getMetadata(), key, null)) {
      return service;
    }
    log.warn("session {}: its Service lost labels by which it is found; they are restored", key);
    label(service);
    return api.replaceService(service);
  }

  /**
   * Lets the Service lead to another Pod, and gives it its labels back.
   *
   * @param resourceVersion of the Service that the plan was made from
   * @param revision of the Pod
   * @param byUid whether its selector names the session's uid
   * @param port of the Pod
   */
  public StepOutcome point(String resourceVersion, int revision, boolean byUid, int port) {
    Service current = api.readService(key.namespace(), key.name());
    if (current == null
        || !Child.isOwned(current.getMetadata(), key)
        || !resourceVersion.equals(current.getMetadata().getResourceVersion())) {
      return new StepOutcome.Stale();
    }
    Service pointed =
        ServiceUpdate.pointed(current, key, revision, byUid, port, spec.serviceAppProtocol());
    label(pointed);
    writes.wrote(api.replaceService(pointed), clock.instant());
    return StepOutcome.DONE;
  }

  private void label(Service service) {
    Map<String, String> all = new LinkedHashMap<>();
    if (service.getMetadata().getLabels() != null) {
      all.putAll(service.getMetadata().getLabels());
    }
    all.putAll(Child.labels(key, null));
    service.getMetadata().setLabels(all);
  }

  /** Deletes the Service of this uid. */
  public StepOutcome delete(String uid) {
    requests.delete(() -> api.deleteService(key.namespace(), key.name(), uid));
    return StepOutcome.DONE;
  }
}
