package dev.mcpsession.reconcile.write;

import dev.mcpsession.api.Cause;
import dev.mcpsession.api.EventReason;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.Names;
import dev.mcpsession.kube.ApiErrors;
import dev.mcpsession.metrics.SessionMetrics;
import dev.mcpsession.plan.SessionEvent;
import dev.mcpsession.reconcile.memory.RepeatedWarnings;
import dev.mcpsession.text.Excerpt;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns session events into Kubernetes Events, metrics and log lines. Events are best effort: one
 * that cannot be written is logged and dropped. A repeated warning is one Event object, whose count
 * is updated at most every five minutes; one that was dropped is written when it comes up again.
 */
public final class Announcer {
  private static final Logger log = LoggerFactory.getLogger(Announcer.class);
  private static final int LONGEST_MESSAGE = 1024;

  /** What became of the Event. */
  public enum Result {
    /** It is written, or was not long ago. */
    WRITTEN,
    DROPPED,
    /** The namespace is being deleted, so that none can be written. */
    NAMESPACE_ENDS
  }

  private final ClusterApi api;
  private final SessionMetrics metrics;
  private final InstantSource clock;

  public Announcer(ClusterApi api, SessionMetrics metrics, InstantSource clock) {
    this.api = api;
    this.metrics = metrics;
    this.clock = clock;
  }

  /**
   * Reports an event: a Kubernetes Event, a metric and a log line.
   *
   * @param warnings the warnings that this session had before
   */
  public Result announce(McpSession session, SessionEvent happened, RepeatedWarnings warnings) {
    measure(happened);
    String message = Excerpt.ofLine(happened.message(), LONGEST_MESSAGE);
    EventReason reason = reasonOf(happened);
    ObjectMeta metadata = session.getMetadata();
    log.info("session {}/{}: {}: {}", metadata.getNamespace(), metadata.getName(), reason, message);
    try {
      if (reason.isWarning()) {
        warn(session, reason, happened, message, warnings);
      } else {
        api.createEvent(eventOf(session, reason, message, clock.instant()).build());
      }
    } catch (KubernetesClientException e) {
      if (ApiErrors.isNamespaceGoing(e)) {
        return Result.NAMESPACE_ENDS;
      }
      log.warn(
          "session {}/{}: the Event {} could not be written ({})",
          metadata.getNamespace(),
          metadata.getName(),
          reason,
          ApiErrors.words(e));
      return Result.DROPPED;
    }
    return Result.WRITTEN;
  }

  private void measure(SessionEvent happened) {
    switch (happened) {
      case SessionEvent.Started started -> metrics.started(started.took());
      case SessionEvent.Replaced replaced ->
          metrics.replaced(replaced.cause(), true, replaced.took());
      case SessionEvent.AttemptFailed failed -> {
        if (failed.cause() != Cause.START) {
          metrics.replaced(failed.cause(), false, null);
        }
      }
      case SessionEvent.Evicted evicted ->
          metrics.evicted(evicted.reason(), Duration.between(evicted.due(), clock.instant()));
      case SessionEvent.BackendExited exited -> metrics.backendExited();
      case SessionEvent.RevocationFailed ignored -> metrics.revoked(false);
      case SessionEvent.WriteFailed ignored -> {}
      case SessionEvent.NotScheduled ignored -> {}
      case SessionEvent.TokenIssueFailed ignored -> {}
      case SessionEvent.Suspended ignored -> {}
      case SessionEvent.InvalidActivity ignored -> {}
      case SessionEvent.NameConflict ignored -> {}
    }
  }

  private static EventReason reasonOf(SessionEvent happened) {
    return switch (happened) {
      case SessionEvent.Started started ->
          started.resumed() ? EventReason.Resumed : EventReason.Ready;
      case SessionEvent.Replaced ignored -> EventReason.Replaced;
      case SessionEvent.AttemptFailed failed ->
          failed.cause() == Cause.START ? EventReason.StartFailed : EventReason.ReplaceFailed;
      case SessionEvent.WriteFailed failed ->
          failed.hasServed() ? EventReason.ReplaceFailed : EventReason.StartFailed;
      case SessionEvent.NotScheduled waits ->
          waits.cause() == Cause.START ? EventReason.StartFailed : EventReason.ReplaceFailed;
      case SessionEvent.TokenIssueFailed ignored -> EventReason.TokenIssueFailed;
      case SessionEvent.Evicted ignored -> EventReason.Evicted;
      case SessionEvent.Suspended ignored -> EventReason.Suspended;
      case SessionEvent.BackendExited ignored -> EventReason.BackendExited;
      case SessionEvent.InvalidActivity ignored -> EventReason.InvalidActivity;
      case SessionEvent.NameConflict ignored -> EventReason.NameConflict;
      case SessionEvent.RevocationFailed ignored -> EventReason.RevocationFailed;
    };
  }

  private void warn(
      McpSession session,
      EventReason reason,
      SessionEvent happened,
      String message,
      RepeatedWarnings warnings) {
    Instant now = clock.instant();
    String what = subjectOf(happened);
    OptionalInt unwritten = warnings.cameUp(reason, what, now);
    if (unwritten.isEmpty()) {
      return;
    }
    String name = eventName(session, reason.name().toLowerCase(java.util.Locale.ROOT));
    Event event =
        eventOf(session, reason, message, now).editMetadata().withName(name).endMetadata().build();
    try {
      createOrRepeat(event, unwritten.getAsInt());
    } catch (KubernetesClientException e) {
      warnings.notWritten(reason, what, unwritten.getAsInt());
      throw e;
    }
  }

  /** What else than the reason tells a warning from others; null if nothing does. */
  private static @Nullable String subjectOf(SessionEvent happened) {
    return switch (happened) {
      case SessionEvent.NotScheduled waits -> waits.podName();
      case SessionEvent.WriteFailed failed -> failed.kind().name();
      default -> null;
    };
  }

  private void createOrRepeat(Event event, int more) {
    try {
      api.createEvent(event);
    } catch (KubernetesClientException e) {
      if (!ApiErrors.isConflict(e)) {
        throw e;
      }
      repeat(event, more);
    }
  }

  private void repeat(Event event, int more) {
    Event existing =
        api.readEvent(event.getMetadata().getNamespace(), event.getMetadata().getName());
    if (existing == null) {
      api.createEvent(event); // It has expired meanwhile.
      return;
    }
    existing.setCount((existing.getCount() == null ? 1 : existing.getCount()) + more);
    existing.setLastTimestamp(event.getLastTimestamp());
    existing.setMessage(event.getMessage());
    api.replaceEvent(existing);
  }

  private static EventBuilder eventOf(
      McpSession session, EventReason reason, String message, Instant now) {
    String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
    return new EventBuilder()
        .withNewMetadata()
        .withNamespace(session.getMetadata().getNamespace())
        .withName(eventName(session, Long.toHexString(now.toEpochMilli())))
        .endMetadata()
        .withNewInvolvedObject()
        .withApiVersion(McpSession.GROUP + "/" + McpSession.VERSION)
        .withKind("McpSession")
        .withNamespace(session.getMetadata().getNamespace())
        .withName(session.getMetadata().getName())
        .withUid(session.getMetadata().getUid())
        .endInvolvedObject()
        .withType(reason.isWarning() ? "Warning" : "Normal")
        .withReason(reason.name())
        .withMessage(message)
        .withCount(1)
        .withFirstTimestamp(time)
        .withLastTimestamp(time)
        .withNewSource()
        .withComponent(Names.MANAGED_BY)
        .endSource()
        .withReportingComponent(Names.MANAGED_BY)
        .withReportingInstance(Names.MANAGED_BY);
  }

  /** Contains the session's uid, so that a later session of the same name has Events of its own. */
  private static String eventName(McpSession session, String suffix) {
    return session.getMetadata().getName() + "." + session.getMetadata().getUid() + "." + suffix;
  }
}
