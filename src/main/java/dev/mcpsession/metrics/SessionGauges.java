package dev.mcpsession.metrics;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.McpSessionTemplateStatus;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Gauges of the current state of all sessions, and of this replica. All but {@link
 * SessionMeter#LEADER} and {@link SessionMeter#NAMESPACES_REFUSED} disappear while this process is
 * a standby, so that its view is not added to the leader's.
 */
public final class SessionGauges {
  private final Map<SessionMeter, MultiGauge> gauges = new EnumMap<>(SessionMeter.class);
  private volatile @Nullable Observed observed;
  private volatile Supplier<Map<String, Boolean>> refusedNamespaces = Map::of;
  private volatile Supplier<Map<String, Integer>> places = Map::of;
  private volatile Supplier<? extends Collection<McpSessionTemplate>> templates = List::of;
  private volatile boolean leading;

  private record Observed(
      BooleanSupplier leads,
      Supplier<? extends Collection<McpSession>> sessions,
      Function<McpSession, McpSessionSpec> spec,
      InstantSource clock) {}

  public SessionGauges(MeterRegistry registry) {
    for (SessionMeter meter :
        List.of(
            SessionMeter.SESSIONS,
            SessionMeter.CONDITIONS,
            SessionMeter.NOT_READY_MAX,
            SessionMeter.SESSIONS_STUCK,
            SessionMeter.TEMPLATE_SESSIONS,
            SessionMeter.TEMPLATE_SESSIONS_UP_TO_DATE,
            SessionMeter.REPLACEMENT_PLACES,
            SessionMeter.TOKEN_EXPIRY_MIN,
            SessionMeter.RENEWAL_OVERDUE_MAX,
            SessionMeter.TOKENS_AT_RISK,
            SessionMeter.NAMESPACES_REFUSED)) {
      gauges.put(
          meter,
          MultiGauge.builder(meter.id())
              .description(meter.description())
              .baseUnit(meter.isTime() ? "seconds" : null)
              .register(registry));
    }
    Gauge.builder(SessionMeter.LEADER.id(), this, gauge -> gauge.leading ? 1 : 0)
        .description(SessionMeter.LEADER.description())
        .register(registry);
  }

  /**
   * From now on the gauges describe these sessions.
   *
   * @param leads whether this process is the active replica
   * @param sessions called at each {@link #refresh} while it is
   * @param spec the effective one of a session
   */
  public void observe(
      BooleanSupplier leads,
      Supplier<? extends Collection<McpSession>> sessions,
      Function<McpSession, McpSessionSpec> spec,
      InstantSource clock) {
    observed = new Observed(leads, sessions, spec, clock);
  }

  /**
   * From now on the counts of these templates are shown.
   *
   * @param templates called at each {@link #refresh} while this process is the active replica
   */
  public void observeTemplates(Supplier<? extends Collection<McpSessionTemplate>> templates) {
    this.templates = templates;
  }

  /**
   * From now on the namespaces that cannot be served are shown, whether this process leads.
   *
   * @param refused whether a namespace cannot be served, of each that is watched
   */
  public void refusedNamespaces(Supplier<Map<String, Boolean>> refused) {
    refusedNamespaces = refused;
  }

  /**
   * From now on {@link SessionMeter#REPLACEMENT_PLACES} has these values.
   *
   * @param places called at each {@link #refresh}: number of sessions by state
   */
  public void observePlaces(Supplier<Map<String, Integer>> places) {
    this.places = places;
  }

  /**
   * Computes the gauges in one pass over the sessions. Called before each scrape, so that nothing
   * is computed that nobody reads.
   */
  public void refresh() {
    Observed source = observed;
    leading = source != null && source.leads().getAsBoolean();
    if (source == null || !leading) {
      gauges.values().forEach(gauge -> gauge.register(List.of(), true));
      showRefusedNamespaces();
      return;
    }
    showRefusedNamespaces();
    SessionCensus census =
        new SessionCensus(source.sessions().get(), source.spec(), source.clock().instant());
    show(SessionMeter.SESSIONS, census.reasons());
    show(SessionMeter.CONDITIONS, census.conditions());
    show(SessionMeter.NOT_READY_MAX, single(seconds(census.notReady())));
    show(SessionMeter.SESSIONS_STUCK, single(census.stuck()));
    Duration untilExpiry = census.untilFirstExpiry();
    show(
        SessionMeter.TOKEN_EXPIRY_MIN,
        untilExpiry == null ? Map.of() : single(seconds(untilExpiry)));
    show(SessionMeter.RENEWAL_OVERDUE_MAX, single(seconds(census.renewalOverdue())));
    show(SessionMeter.TOKENS_AT_RISK, single(census.atRisk()));
    show(
        SessionMeter.REPLACEMENT_PLACES,
        places.get().entrySet().stream()
            .collect(Collectors.toMap(state -> List.of(state.getKey()), Map.Entry::getValue)));
    showTemplates(templates.get());
  }

  private void showTemplates(Collection<McpSessionTemplate> templates) {
    Map<List<String>, Integer> sessions = new HashMap<>();
    Map<List<String>, Integer> upToDate = new HashMap<>();
    for (McpSessionTemplate template : templates) {
      McpSessionTemplateStatus status = template.getStatus();
      if (status != null && status.sessions() != null) {
        ObjectMeta meta = template.getMetadata();
        List<String> labels = List.of(meta.getNamespace(), meta.getName());
        sessions.put(labels, status.sessions());
        upToDate.put(labels, Objects.requireNonNullElse(status.upToDate(), 0));
      }
    }
    show(SessionMeter.TEMPLATE_SESSIONS, sessions);
    show(SessionMeter.TEMPLATE_SESSIONS_UP_TO_DATE, upToDate);
  }

  private void showRefusedNamespaces() {
    show(
        SessionMeter.NAMESPACES_REFUSED,
        refusedNamespaces.get().entrySet().stream()
            .collect(
                Collectors.toMap(one -> List.of(one.getKey()), one -> one.getValue() ? 1 : 0)));
  }

  private void show(SessionMeter meter, Map<List<String>, ? extends Number> values) {
    List<MultiGauge.Row<?>> rows = new ArrayList<>();
    values.forEach((labels, value) -> rows.add(MultiGauge.Row.of(meter.tags(labels), value)));
    MultiGauge gauge = gauges.get(meter);
    if (gauge != null) {
      gauge.register(rows, true);
    }
  }

  private static Map<List<String>, Number> single(Number value) {
    return Map.of(List.of(), value);
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }
}
