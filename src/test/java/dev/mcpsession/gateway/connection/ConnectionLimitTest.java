package dev.mcpsession.gateway.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.gateway.connection.ConnectionLimit.Decision;
import dev.mcpsession.gateway.connection.ConnectionLimit.Use;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionLimitTest {
  private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");

  /**
   * Ids as {@code <name>:<seconds since it was made>/<seconds since it was used>}, three of them
   * allowed.
   */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          nobody has any                          |                                              |
          room for one more                       | a:900/900 b:900/900                          |
          the least recently used goes            | a:900/900 b:900/901 c:900/1                  | b
          not the oldest                          | a:900/1 b:70/65 c:80/66                      | c
          of two alike the same on all replicas   | b:900/900 a:900/900 c:900/900                | a
          not before others told of their use     | a:900/900 b:900/901 c:59/1                   |
          sixty seconds are enough for that       | a:900/900 b:900/901 c:60/1                   | b
          a young one stays though it is unused   | a:59/59 b:900/30 c:900/20 d:900/40           | d b
          all are young                           | a:59/59 b:59/59 c:59/59                      |
          all that are too many go at once        | a:90/90 b:91/91 c:92/92 d:93/93 e:1/1        | d c b
          only those that are old enough          | a:90/80 b:90/90 c:90/70 d:7/7 e:6/6 f:5/5    | b a c
          """)
  void whatGoesForOneMore(String situation, String ids, String ended) {
    assertThat(ConnectionLimit.forOneMore(uses(ids), 3, NOW))
        .as(situation)
        .isEqualTo(new Decision.Room(words(ended)));
  }

  @Test
  void fourTimesAsManyMayBeYoungAndNotOneMore() {
    assertThat(ConnectionLimit.forOneMore(young(11), 3, NOW))
        .isEqualTo(new Decision.Room(List.of()));
    assertThat(ConnectionLimit.forOneMore(young(12), 3, NOW)).isEqualTo(new Decision.Full());
  }

  @Test
  void anOldOneMakesRoomAmongFourTimesAsMany() {
    List<Use> uses = new ArrayList<>(young(9));
    uses.add(use("old", 60, 60));
    uses.add(use("used", 60, 2));
    uses.add(use("old too", 60, 50));
    assertThat(ConnectionLimit.forOneMore(uses, 3, NOW))
        .isEqualTo(new Decision.Room(List.of("old", "old too", "used")));
  }

  @Test
  void aMinuteAfterAStormAsManyAsAllowedAreLeft() {
    List<Use> storm = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      storm.add(use("c" + i, 60, 60));
    }
    assertThat(ConnectionLimit.forOneMore(storm, 32, NOW))
        .isInstanceOfSatisfying(Decision.Room.class, room -> assertThat(room.ended()).hasSize(69));
  }

  /** An administrator has lowered the limit below a fourth of what was allowed. */
  @Test
  void aLowerLimitEndsWhatIsTooManyAndLetsTheNewOneIn() {
    List<Use> many = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      many.add(use("c" + i, 900, i));
    }
    assertThat(ConnectionLimit.forOneMore(many, 1, NOW))
        .isInstanceOfSatisfying(Decision.Room.class, room -> assertThat(room.ended()).hasSize(32));
  }

  private static List<Use> young(int count) {
    List<Use> uses = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      uses.add(use("c" + i, 10, 10));
    }
    return uses;
  }

  private static List<Use> uses(String ids) {
    return words(ids).stream()
        .map(id -> id.split("[:/]"))
        .map(id -> use(id[0], Long.parseLong(id[1]), Long.parseLong(id[2])))
        .toList();
  }

  private static List<String> words(String text) {
    return text == null || text.isEmpty() ? List.of() : List.of(text.split(" "));
  }

  private static Use use(String name, long age, long idle) {
    return new Use(name, NOW.minusSeconds(age), NOW.minusSeconds(idle));
  }
}
