package dev.mcpsession.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.gateway.route.Preference;
import dev.mcpsession.gateway.route.Preference.LogLevel;
import dev.mcpsession.gateway.route.Preference.Subscribe;
import dev.mcpsession.gateway.route.Preference.Unsubscribe;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PreferencesTest {
  private static Preferences of(Preference... preferences) {
    Preferences result = Preferences.NONE;
    for (Preference preference : preferences) {
      result = result.with(preference);
    }
    return result;
  }

  @Test
  void theLastLevelAndEachResourceOnceAreKept() {
    assertThat(
            of(
                new LogLevel("debug"),
                new Subscribe("a"),
                new Subscribe("b"),
                new LogLevel("error"),
                new Subscribe("a"),
                new Unsubscribe("b"),
                new Unsubscribe("c")))
        .isEqualTo(new Preferences(Optional.of("error"), List.of("a")));
  }

  @Test
  void whatWasAskedForIsIncludedUntilSomethingNewerTakesItsPlace() {
    Preferences all = of(new LogLevel("error"), new Subscribe("a"));
    assertThat(all.include(new LogLevel("error"))).isTrue();
    assertThat(all.include(new LogLevel("debug"))).isFalse();
    assertThat(all.include(new Subscribe("a"))).isTrue();
    assertThat(all.include(new Unsubscribe("a"))).isFalse();
    assertThat(all.include(new Subscribe("b"))).isFalse();
    assertThat(all.include(new Unsubscribe("b"))).isTrue();
  }

  @Test
  void whatThereIsNoRoomForChangesNothing() {
    Preferences full = Preferences.NONE;
    for (int i = 0; i < 256; i++) {
      assertThat(full.hasRoomFor(new Subscribe("uri " + i))).isTrue();
      full = full.with(new Subscribe("uri " + i));
    }
    assertThat(full.subscriptions()).hasSize(256);
    assertThat(full.hasRoomFor(new Subscribe("uri 3"))).isTrue();
    assertThat(full.with(new Subscribe("one more"))).isEqualTo(full);
    assertThat(full.with(new Unsubscribe("uri 0")).with(new Subscribe("one more")).subscriptions())
        .hasSize(256)
        .contains("one more");
    assertThat(of(new Subscribe("u".repeat(2048))).subscriptions()).hasSize(1);
    assertThat(of(new Subscribe("u".repeat(2049)))).isEqualTo(Preferences.NONE);
    assertThat(of(new LogLevel("l".repeat(65)))).isEqualTo(Preferences.NONE);
  }

  @Test
  void aBackendIsToldWhatItDoesNotKnow() {
    Preferences wanted = of(new LogLevel("error"), new Subscribe("a"), new Subscribe("b"));
    assertThat(wanted.since(Preferences.NONE))
        .containsExactly(new LogLevel("error"), new Subscribe("a"), new Subscribe("b"));
    assertThat(wanted.since(wanted)).isEmpty();
    assertThat(wanted.since(of(new LogLevel("info"), new Subscribe("b"), new Subscribe("c"))))
        .containsExactly(new LogLevel("error"), new Subscribe("a"), new Unsubscribe("c"));
  }
}
