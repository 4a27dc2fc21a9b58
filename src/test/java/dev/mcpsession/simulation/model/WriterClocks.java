package dev.mcpsession.simulation.model;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What writers of the annotation lastActive write: times in several forms, by clocks that are
 * right, ahead or behind, and garbage. It remembers what each value means, so that no rule of the
 * model depends on how the operator reads it.
 */
public final class WriterClocks {
  private final Chance chance;
  private final Map<String, Instant> meanings = new HashMap<>();
  private int beats;

  public WriterClocks(Chance chance) {
    this.chance = chance;
  }

  /** The next value; null removes the annotation. */
  public @Nullable String next(Instant now) {
    List<@Nullable String> values = new ArrayList<>();
    if (chance.in(0.7)) {
      values.add(now.toString());
      values.add(now.plusSeconds(30).toString());
      values.addAll(forms(now));
    } else {
      values.add(now.minusSeconds(chance.below(3600)).toString());
      values.add(now.plus(Duration.ofSeconds(chance.between(50, 7200))).toString());
      values.add(now.plusSeconds(120).toString());
      values.add("beat " + ++beats);
      values.add("yesterday");
      values.add("");
      values.add(null);
      values.add(null);
    }
    return chance.oneOf(values);
  }

  /** One instant, as different writers write it. */
  private List<String> forms(Instant now) {
    Instant second = Instant.ofEpochSecond(now.getEpochSecond());
    OffsetDateTime berlin = second.atOffset(ZoneOffset.ofHours(2));
    List<String> forms =
        List.of(
            berlin.toString(),
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ssxx").format(berlin),
            DateTimeFormatter.RFC_1123_DATE_TIME.format(berlin),
            Long.toString(second.getEpochSecond()));
    forms.forEach(form -> meanings.put(form, second));
    return forms;
  }

  /** The instant that a value names; null if it names none. */
  @Nullable Instant meaning(String value) {
    Instant written = meanings.get(value);
    if (written != null) {
      return written;
    }
    try {
      return OffsetDateTime.parse(value).toInstant();
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  /** The instant that a value names, unless that is too far in the future to count. */
  public @Nullable Instant valid(@Nullable String value, Instant now) {
    Instant at = value == null ? null : meaning(value);
    return at == null || at.isAfter(now.plusSeconds(60)) ? null : at;
  }
}
