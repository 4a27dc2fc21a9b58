package dev.mcpsession.gateway.course;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.gateway.route.Incarnation;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.session.Connection;
import dev.mcpsession.gateway.session.Connection.Binding;
import dev.mcpsession.gateway.session.Preferences;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AskerTest {
  private static final SessionKey SESSION = new SessionKey("team", "s", "uid");
  private static final Instant PROMOTED = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration DRAIN = Duration.ofMinutes(2);

  private static Backend serving(int revision) {
    return new Backend(SESSION, revision, endpoint(revision), PROMOTED, DRAIN, Duration.ZERO);
  }

  private static URI endpoint(int revision) {
    return URI.create("http://10.0.0." + revision + "/mcp");
  }

  private static Binding binding(int revision) {
    return new Binding(revision, Optional.of("b" + revision), Optional.of(endpoint(revision)));
  }

  private static Connection connection(SessionKey session, Binding bound, Binding previous) {
    return new Connection(
        "c-1",
        "c-uid",
        new McpResource("team", "forgejo"),
        session,
        "owner",
        "2025-11-25",
        JsonNodeFactory.instance.objectNode(),
        bound,
        Optional.ofNullable(previous),
        Preferences.NONE,
        "1");
  }

  @ParameterizedTest
  @CsvSource({
    // asked, bound, before, serves, seconds since: answer
    "3, 3,  , 3,   0, Serving",
    "3, 3, 2, 3, 500, Serving",
    "3, 2, 1, 3,   0, Serving",
    "2, 2, 1, 3,   0, 2",
    "2, 2, 1, 3, 119, 2",
    "2, 2, 1, 3, 120, Gone",
    "2, 3, 2, 3, 119, 2",
    "2, 3, 2, 3, 120, Gone",
    "1, 3, 2, 3,   0, Gone",
    "2, 3,  , 3,   0, Gone",
    "4, 3, 2, 3,   0, Later",
    "3, 3, 2, 2,   0, Later",
    "2, 3, 2, 2, 500, Serving",
  })
  void theAskerIsFoundWhileItMayBeThere(
      int asked, int bound, Integer before, int serves, int seconds, String found) {
    Asker asker =
        Asker.of(
            Incarnation.first(asked),
            connection(SESSION, binding(bound), before == null ? null : binding(before)),
            serving(serves),
            PROMOTED.plusSeconds(seconds));

    switch (asker) {
      case Asker.Draining(var place) -> {
        assertThat(place.backend().revision()).isEqualTo(Integer.parseInt(found));
        assertThat(place.backend().endpoint()).isEqualTo(endpoint(asked));
        assertThat(place.sessionId()).contains("b" + asked);
        assertThat(asker.toString()).doesNotContain("b" + asked);
      }
      default -> assertThat(asker.getClass().getSimpleName()).isEqualTo(found);
    }
  }

  @ParameterizedTest
  @CsvSource({
    // asked, bound, before, serves: answer
    "3, 3~1, 2, 3, Gone",
    "3~1, 3~1, 2, 3, Serving",
    "3~2, 3~1, 2, 3, Serving",
    "3~1, 2, 1, 3, Serving",
    "2~1, 3, 2~1, 3, Draining",
    "2, 3, 2~1, 3, Gone",
    "2~2, 3, 2~1, 3, Gone",
    "2, 2~1, 1, 3, Gone",
  })
  void aSessionThatABackendHasForgottenIsGone(
      String asked, String bound, String before, int serves, String found) {
    Connection connection = connection(SESSION, in(bound), in(before));

    Asker asker = Asker.of(session(asked), connection, serving(serves), PROMOTED);

    assertThat(asker.getClass().getSimpleName()).isEqualTo(found);
  }

  private static Incarnation session(String text) {
    return Incarnation.parse(text).orElseThrow();
  }

  private static Binding in(String text) {
    Incarnation session = session(text);
    return new Binding(session, Optional.of("b" + text), Optional.of(endpoint(session.revision())));
  }

  @Test
  void aBackendWhoseAddressIsNotKnownIsGone() {
    Connection connection =
        connection(SESSION, binding(3), new Binding(2, Optional.of("b2"), Optional.empty()));

    assertThat(Asker.of(Incarnation.first(2), connection, serving(3), PROMOTED))
        .isEqualTo(new Asker.Gone());
  }

  @Test
  void whatIsForAnotherSessionIsJudgedAsAllRequestsAre() {
    Connection connection =
        connection(new SessionKey("team", "s", "before"), binding(2), binding(1));

    assertThat(Asker.of(Incarnation.first(2), connection, serving(3), PROMOTED))
        .isEqualTo(new Asker.Serving());
  }

  @ParameterizedTest
  @CsvSource({
    "3,  , 3,   0, 3",
    "3, 2, 3, 119, 3 2",
    "3, 2, 3, 120, 3",
    "2, 1, 3,   0, 2 1",
    "2, 1, 3, 120, ''",
    "3, 2, 2,   0, 3 2",
  })
  void workMayBeUnderWayWhereTheConnectionIsOrWasBound(
      int bound, Integer before, int serves, int seconds, String revisions) {
    Connection connection =
        connection(SESSION, binding(bound), before == null ? null : binding(before));

    assertThat(
            Place.workingFor(
                connection, Optional.of(serving(serves)), PROMOTED.plusSeconds(seconds)))
        .allSatisfy(
            it -> {
              assertThat(it.backend().endpoint()).isEqualTo(endpoint(it.backend().revision()));
              assertThat(it.sessionId()).contains("b" + it.backend().revision());
            })
        .extracting(it -> Integer.toString(it.backend().revision()))
        .isEqualTo(revisions.isEmpty() ? List.of() : List.of(revisions.split(" ")));
  }

  @Test
  void nothingIsUnderWayWhereNothingServes() {
    Connection connection = connection(SESSION, binding(3), binding(2));

    assertThat(Place.workingFor(connection, Optional.empty(), PROMOTED)).isEmpty();
    Connection ended = connection(new SessionKey("team", "s", "before"), binding(3), binding(2));
    assertThat(Place.workingFor(ended, Optional.of(serving(3)), PROMOTED)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"3, b3, false", "3, b4, true", "4, b4, true", "2, b2, false"})
  void aPlaceIsLeftForALaterOneAndForAnotherSessionThere(
      int revision, String sessionId, boolean left) {
    Place place = new Place(serving(3), Optional.of("b3"));

    assertThat(place.isLeft(new Binding(revision, Optional.of(sessionId), Optional.empty())))
        .isEqualTo(left);
  }
}
