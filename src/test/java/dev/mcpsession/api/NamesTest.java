package dev.mcpsession.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
  @Test
  void theRevisionIsReadBackFromAChildsName() {
    assertThat(Names.revisionOf("a-1", Names.child("a-1", 42))).isEqualTo(OptionalInt.of(42));
    assertThat(Names.revisionOf("alice", "alice-999999999")).isEqualTo(OptionalInt.of(999999999));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "alice",
        "alice-",
        "alice-0",
        "alice-01",
        "alice-1000000000",
        "alice-x",
        "alice-1-1",
        "alice--1",
        "bob-1",
        "alice1"
      })
  void whatIsNotNamedLikeAChildHasNone(String name) {
    assertThat(Names.revisionOf("alice", name)).isEmpty();
  }
}
