package dev.mcpsession.gateway.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.Names;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.gateway.session.AnnotatedTime;
import dev.mcpsession.gateway.session.SessionUse;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AnnotationPatchTest {
  private static final Instant AT = Instant.parse("2026-11-21T10:00:00.123Z");

  private static SessionUse seen(@Nullable String lastActive, boolean annotated) {
    return new SessionUse(
        new SessionKey("team", "s", "u"),
        Duration.ofMinutes(15),
        false,
        Optional.empty(),
        false,
        AnnotatedTime.of(lastActive),
        null,
        null,
        annotated,
        null,
        "7");
  }

  @Test
  void itTestsTheUidAndWhatWasSeen() {
    assertThat(
            AnnotationPatch.of(seen("before", true))
                .ifStill(Names.LAST_ACTIVE, Optional.of("before"))
                .set(Names.LAST_ACTIVE, AT))
        .isEqualTo(
            "[{\"op\":\"test\",\"path\":\"/metadata/uid\",\"value\":\"u\"},"
                + "{\"op\":\"test\",\"path\":\"/metadata/annotations/mcpsession.dev~1lastActive\","
                + "\"value\":\"before\"},"
                + "{\"op\":\"add\",\"path\":\"/metadata/annotations/mcpsession.dev~1lastActive\","
                + "\"value\":\"2026-11-21T10:00:00.123Z\"}]");
  }

  @Test
  void theFirstAnnotationOfAllTakesNothingAway() {
    assertThat(AnnotationPatch.of(seen(null, false)).set(Names.RELEASED, AT))
        .isEqualTo(
            "[{\"op\":\"test\",\"path\":\"/metadata/uid\",\"value\":\"u\"},"
                + "{\"op\":\"test\",\"path\":\"/metadata/resourceVersion\",\"value\":\"7\"},"
                + "{\"op\":\"add\",\"path\":\"/metadata/annotations\","
                + "\"value\":{\"mcpsession.dev/released\":\"2026-11-21T10:00:00.123Z\"}}]");
  }
}
