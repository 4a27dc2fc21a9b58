package dev.mcpsession.api;

import dev.mcpsession.api.McpSessionSpec.OnIdle;
import dev.mcpsession.api.McpSessionTemplateSpec.Session;
import org.jspecify.annotations.Nullable;

/**
 * What a session is: what its own spec says, then what its template says, then the defaults, which
 * are other ones for a session that has a template. Fields are taken whole: a session with a token
 * of its own takes nothing of the template's token.
 */
public final class EffectiveSpec {
  public static final int TEMPLATE_DRAIN_SECONDS = 120;

  /** A week. */
  public static final int TEMPLATE_DELETE_AFTER_IDLE_SECONDS = 604_800;

  private EffectiveSpec() {}

  /** Of a session without a template. */
  public static McpSessionSpec of(McpSessionSpec own) {
    return withGrant(own);
  }

  /**
   * Of a session that says nothing itself.
   *
   * @param user whose it would be
   */
  public static McpSessionSpec of(String user, Session template) {
    return of(McpSessionSpec.of(user, null, null), template);
  }

  /** Of a session that takes from a template what its own spec leaves out. */
  public static McpSessionSpec of(McpSessionSpec own, Session template) {
    return withGrant(
        new McpSessionSpec(
            own.user(),
            own.owner(),
            own.templateRef(),
            or(own.idleTimeoutSeconds(), template.idleTimeoutSeconds()),
            or(own.maxLifetimeSeconds(), template.maxLifetimeSeconds()),
            first(own.onIdle(), template.onIdle(), OnIdle.Suspend),
            first(
                own.deleteAfterIdleSeconds(),
                template.deleteAfterIdleSeconds(),
                TEMPLATE_DELETE_AFTER_IDLE_SECONDS),
            own.suspend(),
            or(own.startupTimeoutSeconds(), template.startupTimeoutSeconds()),
            first(own.drainSeconds(), template.drainSeconds(), TEMPLATE_DRAIN_SECONDS),
            or(own.replacement(), template.replacement()),
            or(own.port(), template.port()),
            or(own.path(), template.path()),
            first(own.service(), template.service(), false),
            or(own.serviceAppProtocol(), template.serviceAppProtocol()),
            or(own.podTemplate(), template.podTemplate()),
            or(own.token(), template.token()),
            own.grantSecretName()));
  }

  /**
   * Of a session whose template is missing. What only the template knows is taken as it is now:
   * nothing is changed, and nothing ends, for want of it.
   *
   * @param service whether the session has a Service
   * @param appProtocol of the Service's port
   */
  public static McpSessionSpec withoutTemplate(
      McpSessionSpec own, boolean service, @Nullable String appProtocol) {
    return withGrant(
        new McpSessionSpec(
            own.user(),
            own.owner(),
            own.templateRef(),
            or(own.idleTimeoutSeconds(), 0),
            own.maxLifetimeSeconds(),
            or(own.onIdle(), OnIdle.Suspend),
            or(own.deleteAfterIdleSeconds(), 0),
            own.suspend(),
            own.startupTimeoutSeconds(),
            or(own.drainSeconds(), TEMPLATE_DRAIN_SECONDS),
            own.replacement(),
            own.port(),
            own.path(),
            or(own.service(), service),
            or(own.serviceAppProtocol(), appProtocol),
            own.podTemplate(),
            own.token(),
            own.grantSecretName()));
  }

  private static McpSessionSpec withGrant(McpSessionSpec spec) {
    String grant = spec.grantSecretName();
    TokenSpec token = spec.token();
    return grant == null || token == null || token.oauth2Refresh() == null
        ? spec
        : spec.withToken(token.withGrant(grant));
  }

  private static <T> @Nullable T or(@Nullable T own, @Nullable T template) {
    return own == null ? template : own;
  }

  private static <T> T first(@Nullable T own, @Nullable T template, T otherwise) {
    T said = or(own, template);
    return said == null ? otherwise : said;
  }
}
