package dev.mcpsession.reconcile.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.plan.observed.ApiRejection;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RejectionsTest {
  private static final Instant NOW = Instant.parse("2026-11-21T09:30:00Z");

  private final Rejections rejections = new Rejections();

  @ParameterizedTest(name = "invalid: {0}")
  @CsvSource({"true,false", "false,true"})
  void onlyWhatIsValidIsRefusedForLackOfRoom(boolean invalid, boolean expected) {
    rejections.rejected(new ApiRejection.Refused("Pod alice-2", "no", invalid, 1, NOW));
    assertThat(rejections.isForLackOfRoom()).isEqualTo(expected);
  }

  @Test
  void thatIsKnownUntilOneSucceeds() {
    rejections.rejected(new ApiRejection.Refused("Pod alice-2", "exceeded quota", false, 1, NOW));
    rejections.forget();
    assertThat(rejections.last()).isEqualTo(new ApiRejection.None());
    assertThat(rejections.isForLackOfRoom()).isTrue();
    rejections.succeeded();
    assertThat(rejections.isForLackOfRoom()).isFalse();
  }

  @Test
  void aNameThatIsTakenIsNoLackOfRoom() {
    rejections.rejected(new ApiRejection.Taken("Pod alice-2", "somebody", 1, NOW));
    assertThat(rejections.isForLackOfRoom()).isFalse();
  }
}
