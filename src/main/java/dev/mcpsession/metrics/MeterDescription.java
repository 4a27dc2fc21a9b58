package dev.mcpsession.metrics;

import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A meter of one role. The meters of a role are a table, since dashboards and alerts depend on
 * their names; {@code docs/metrics.md} is generated from it.
 */
public interface MeterDescription {
  /** The Prometheus type. */
  enum Type {
    GAUGE,
    COUNTER,
    HISTOGRAM
  }

  /**
   * What is said of a meter.
   *
   * @param id the Micrometer name, without unit and suffix
   * @param labels in the order in which values are given
   * @param buckets their upper bounds; empty unless this is a histogram
   * @param meaning one or two sentences in Markdown, with the unit
   */
  record Row(String id, Type type, List<String> labels, List<Duration> buckets, String meaning) {
    /** Takes bounds of buckets as {@link MeterDescription#bounds} reads them. */
    public static Row of(
        String id, Type type, List<String> labels, List<String> bounds, String meaning) {
      return new Row(id, type, labels, MeterDescription.bounds(bounds), meaning);
    }
  }

  /** This meter's row in the table of its role. */
  Row row();

  /** The Micrometer name, without unit and suffix. */
  default String id() {
    return row().id();
  }

  /** The Prometheus type. */
  default Type type() {
    return row().type();
  }

  /** In the order in which values are given. */
  default List<String> labels() {
    return row().labels();
  }

  /** Upper bounds of the buckets; empty unless this is a histogram. */
  default List<Duration> buckets() {
    return row().buckets();
  }

  /** One or two sentences in Markdown, with the unit. */
  default String meaning() {
    return row().meaning();
  }

  /** Whether the value is in seconds. */
  default boolean isTime() {
    return type() == Type.HISTOGRAM;
  }

  /** {@link #meaning} as plain text, for a scrape. */
  default String description() {
    return meaning().replace("`", "");
  }

  /**
   * The name in queries; for a histogram without {@code _bucket}, {@code _count} and {@code _sum}.
   */
  default String prometheusName() {
    String name = id().replace('.', '_');
    return switch (type()) {
      case COUNTER -> name + "_total";
      case HISTOGRAM -> name + "_seconds";
      case GAUGE -> isTime() ? name + "_seconds" : name;
    };
  }

  /**
   * The labels with these values.
   *
   * @param values as many as there are {@link #labels}, in their order
   */
  default Tags tags(List<String> values) {
    List<Tag> tags = new ArrayList<>();
    for (int i = 0; i < labels().size(); i++) {
      tags.add(Tag.of(labels().get(i), values.get(i)));
    }
    return Tags.of(tags);
  }

  /**
   * Bounds of buckets.
   *
   * @param bounds such as "500ms", "1s" and "2m"
   */
  static List<Duration> bounds(List<String> bounds) {
    return bounds.stream()
        .map(
            bound ->
                Duration.parse(
                    bound.endsWith("ms")
                        ? "PT"
                            + Long.parseLong(bound.substring(0, bound.length() - 2)) / 1000.0
                            + "S"
                        : "PT" + bound))
        .toList();
  }
}
