package dev.mcpsession.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.gateway.auth.Authentication.Authenticated;
import org.junit.jupiter.api.Test;

class InsecureUserTest {
  @Test
  void everybodyIsThisUserForEver() {
    InsecureUser everybody = new InsecureUser("me");
    for (String authorization : new String[] {null, "Bearer x", "Basic YTpi", ""}) {
      assertThat(everybody.authenticate(authorization, TestToken.RESOURCE).toCompletableFuture())
          .isCompletedWithValueMatching(
              answer ->
                  answer instanceof Authenticated(Caller caller)
                      && caller.user().name().equals("me")
                      && caller.user().owner().subject().equals("me")
                      && caller.user().owner().issuer().equals(InsecureUser.ISSUER)
                      && caller.acceptedUntil().isAfter(Caller.NEVER));
    }
  }
}
