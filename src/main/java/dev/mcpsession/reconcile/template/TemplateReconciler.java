package dev.mcpsession.reconcile.template;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.kube.ApiErrors;
import dev.mcpsession.kube.WriteGate;
import dev.mcpsession.plan.template.SessionStanding;
import dev.mcpsession.plan.template.TemplateCheck;
import dev.mcpsession.plan.template.TemplateObservation;
import dev.mcpsession.plan.template.TemplatePlan;
import dev.mcpsession.plan.template.TemplatePlanner;
import dev.mcpsession.reconcile.cache.InformerView;
import dev.mcpsession.reconcile.memory.SessionEntries;
import dev.mcpsession.reconcile.write.TemplateWriter;
import dev.mcpsession.retry.ExponentialBackoff;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Observes a template and its sessions, plans, checks the template and writes its status. */
public final class TemplateReconciler {
  private static final Logger log = LoggerFactory.getLogger(TemplateReconciler.class);

  private static final ExponentialBackoff BACKOFF =
      new ExponentialBackoff(Duration.ofMillis(200), Duration.ofSeconds(30));

  private final InformerView view;
  private final SessionEntries sessions;
  private final TemplateWriter writer;
  private final InstantSource clock;
  private final WriteGate gate;
  private final ConcurrentMap<TemplateKey, TemplateEntry> entries = new ConcurrentHashMap<>();

  public TemplateReconciler(
      InformerView view,
      SessionEntries sessions,
      TemplateWriter writer,
      InstantSource clock,
      WriteGate gate) {
    this.view = view;
    this.sessions = sessions;
    this.writer = writer;
    this.clock = clock;
    this.gate = gate;
  }

  /**
   * Makes one plan and carries it out. Never throws.
   *
   * @return when to come again; null: only after an event
   */
  @Nullable Instant reconcile(TemplateKey key) {
    McpSessionTemplate cached = view.template(key.namespace(), key.name());
    if (cached == null) {
      entries.remove(key);
      return null;
    }
    if (!gate.isOpen() || cached.getMetadata().getDeletionTimestamp() != null) {
      return null;
    }
    String uid = cached.getMetadata().getUid();
    TemplateEntry entry =
        entries.compute(
            key,
            (same, known) ->
                known != null && known.uid().equals(uid) ? known : new TemplateEntry(uid));
    entry.lock().lock();
    try {
      Instant next = carryOut(entry, entry.latest(cached));
      entry.succeeded();
      return next;
    } catch (KubernetesClientException e) {
      return retry(key, entry, e);
    } catch (RuntimeException e) {
      log.error("template {}: cannot be planned; tried again", key, e);
      return clock.instant().plus(BACKOFF.delay(entry.failed()));
    } finally {
      entry.lock().unlock();
    }
  }

  private @Nullable Instant carryOut(TemplateEntry entry, McpSessionTemplate template) {
    TemplatePlan plan = plan(entry, template);
    if (plan.check()) {
      Long generation = template.getMetadata().getGeneration();
      int tries =
          entry.check(generation) instanceof TemplateCheck.NotPossible failed ? failed.tries() : 0;
      entry.checked(generation, writer.check(template, tries, clock.instant()));
      plan = plan(entry, template);
    }
    if (plan.status() != null && gate.isOpen()) {
      entry.wrote(writer.write(template, plan.status()), clock.instant());
    }
    return plan.wakeAt();
  }

  private TemplatePlan plan(TemplateEntry entry, McpSessionTemplate template) {
    Instant now = clock.instant();
    SortedMap<String, SessionStanding> standings = new TreeMap<>();
    int unplanned = 0;
    for (McpSession session :
        view.sessionsOf(template.getMetadata().getNamespace(), template.getMetadata().getName())) {
      if (session.getMetadata().getDeletionTimestamp() != null) {
        continue;
      }
      SessionKey key = SessionKey.of(session);
      SessionStanding standing = sessions.of(key).template().standing(template);
      if (standing == null) {
        unplanned++;
      } else {
        standings.put(key.name(), standing);
      }
    }
    Long generation = template.getMetadata().getGeneration();
    return TemplatePlanner.plan(
        new TemplateObservation(
            generation == null ? 0 : generation,
            template.getStatus(),
            entry.check(generation),
            standings,
            unplanned,
            entry.unplanned(unplanned, now),
            entry.writtenAt()),
        now);
  }

  private @Nullable Instant retry(
      TemplateKey key, TemplateEntry entry, KubernetesClientException e) {
    if (ApiErrors.isGone(e)) {
      return null;
    }
    int fault = entry.failed();
    Duration delay = BACKOFF.delay(fault);
    if (!ApiErrors.isConflict(e)) {
      log.atLevel(fault == 1 ? Level.WARN : Level.DEBUG)
          .log(
              "template {}: its status cannot be written, and its sessions wait for that: {};"
                  + " tried again in {} ms",
              key,
              ApiErrors.reason(e),
              delay.toMillis());
    }
    return clock.instant().plus(delay);
  }
}
