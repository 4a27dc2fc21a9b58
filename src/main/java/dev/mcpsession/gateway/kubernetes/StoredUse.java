package dev.mcpsession.gateway.kubernetes;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.McpSessionTemplateSpec;
import dev.mcpsession.api.McpSessionTemplateSpec.ActivityKind;
import dev.mcpsession.api.McpSessionTemplateSpec.OnDisconnect;
import dev.mcpsession.api.Names;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.gateway.session.AnnotatedTime;
import dev.mcpsession.gateway.session.SessionUse;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the use of a session from objects in Kubernetes. */
final class StoredUse {
  private static final int DEFAULT_GRACE_SECONDS = 60;

  private StoredUse() {}

  /**
   * As a session and its template have it.
   *
   * @param template null: it is missing
   */
  static SessionUse of(McpSession session, @Nullable McpSessionTemplate template) {
    Map<String, String> annotations =
        Objects.requireNonNullElse(session.getMetadata().getAnnotations(), Map.of());
    McpSessionStatus status = session.getStatus();
    McpSessionTemplateSpec offer = template == null ? null : template.getSpec();
    return new SessionUse(
        SessionKey.of(session),
        SessionState.effective(session, template).idleTimeout(),
        offer != null && offer.activity() == ActivityKind.Streams,
        offer == null ? Optional.empty() : grace(offer),
        session.isMarkedForDeletion() || SessionState.isSuspendedIdle(session),
        AnnotatedTime.of(annotations.get(Names.LAST_ACTIVE)),
        AnnotatedTime.of(annotations.get(Names.LAST_CONNECTED)),
        AnnotatedTime.of(annotations.get(Names.RELEASED)),
        !annotations.isEmpty(),
        status == null ? null : status.activeSince(),
        session.getMetadata().getResourceVersion());
  }

  private static Optional<Duration> grace(McpSessionTemplateSpec offer) {
    Integer seconds = offer.disconnectGraceSeconds();
    return offer.onDisconnect() == OnDisconnect.Release
        ? Optional.of(Duration.ofSeconds(seconds == null ? DEFAULT_GRACE_SECONDS : seconds))
        : Optional.empty();
  }
}
