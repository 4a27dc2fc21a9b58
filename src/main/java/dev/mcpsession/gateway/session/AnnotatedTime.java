package dev.mcpsession.gateway.session;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * A time as an annotation tells it, read once: it is asked for several times a request.
 *
 * @param text as it stands there
 * @param at null if the text is no time; the operator tells of that
 */
public record AnnotatedTime(String text, @Nullable Instant at) {
  /**
   * Reads it.
   *
   * @param text null: the annotation is not there
   * @return null without the annotation
   */
  public static @Nullable AnnotatedTime of(@Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      return new AnnotatedTime(text, OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException e) {
      return new AnnotatedTime(text, null);
    }
  }
}
