package dev.mcpsession.issuer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ForgejoIssuerTest extends ForgejoIssuerFixture {
  @Test
  void everyRefreshTokenLeadsToTheNext() {
    String token = issuer.newGrant("alice");
    for (int i = 0; i < 20; i++) {
      TokenAnswer answer = refresh(token);
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.text("token_type")).isEqualTo("bearer");
      assertThat(answer.body().path("expires_in").asInt()).isEqualTo(3600);
      assertThat(answer.refreshToken()).isNotEqualTo(token);
      assertThat(issuer.isActive(answer.accessToken())).isTrue();
      assertThat(issuer.secrets())
          .contains(token, answer.accessToken(), answer.refreshToken(), issuer.clientSecret());
      token = answer.refreshToken();
    }
    assertThat(issuer.refreshes()).isEqualTo(20);
    assertThat(issuer.refused()).isZero();
    assertThat(issuer.presentedTwice()).isEmpty();
  }

  @Test
  void aUsedRefreshTokenIsRefusedAndEndsTheGrant() {
    String used = issuer.newGrant("alice");
    TokenAnswer newer = refresh(used);

    assertThat(refresh(used).failure()).isEqualTo(USED);
    assertThat(refresh(newer.refreshToken()).failure()).isEqualTo(GRANT_GONE);

    assertThat(issuer.isActive(newer.accessToken())).isFalse();
    assertThat(issuer.refreshes()).isOne();
    assertThat(issuer.refused()).isEqualTo(2);
    assertThat(issuer.presentedTwice()).containsExactly(used);
    assertThat(issuer.calls())
        .extracting(IssuerCall::outcome)
        .containsExactly("issued", "token was already used", "grant does not exist");
  }

  @Test
  void reuseLeavesTheNewestTokenAsItIsIfTheTestSaysSo() {
    issuer.reuseEndsGrant(false);
    String used = issuer.newGrant("alice");
    TokenAnswer newer = refresh(used);
    assertThat(refresh(used).failure()).isEqualTo(USED);
    assertThat(refresh(newer.refreshToken()).status()).isEqualTo(200);
  }

  @Test
  void reuseEndsOneUsersGrantAndNotAnothers() {
    String used = issuer.newGrant("alice");
    String other = issuer.newGrant("bob");
    refresh(used);
    refresh(used);
    assertThat(refresh(other).status()).isEqualTo(200);
  }

  @Test
  void ofManyConcurrentUsesOneIsAccepted() throws Exception {
    issuer.reuseEndsGrant(false);
    String token = issuer.newGrant("alice");
    List<String> refused = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<TokenAnswer>> uses = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        uses.add(threads.submit(() -> refresh(token)));
      }
      for (Future<TokenAnswer> use : uses) {
        if (use.get().status() != 200) {
          refused.add(use.get().failure());
        }
      }
    }
    assertThat(refused).hasSize(15).containsOnly(USED);
    assertThat(issuer.refreshes()).isOne();
    assertThat(issuer.refused()).isEqualTo(15);
  }

  @Test
  void aUsersSecondGrantUsesTheFirstOneUp() {
    String first = issuer.newGrant("alice");
    String second = issuer.newGrant("alice");
    assertThat(refresh(second).status()).isEqualTo(200);
    assertThat(refresh(first).failure()).isEqualTo(USED);
  }

  @Test
  void aGrantThatItsUserEndedIsRefusedUntilThereIsANewOne() {
    String token = issuer.newGrant("alice");
    issuer.endGrants("alice");
    assertThat(refresh(token).failure()).isEqualTo(GRANT_GONE);
    assertThat(refresh(issuer.newGrant("alice")).status()).isEqualTo(200);
    assertThat(refresh(token).failure()).isEqualTo(GRANT_GONE);
  }

  @Test
  void anAccessTokenLivesAsLongAsTheIssuerSays() {
    issuer.accessTokenLifespan(Duration.ofSeconds(1));
    TokenAnswer answer = refresh(issuer.newGrant("alice"));
    assertThat(answer.body().path("expires_in").asInt()).isOne();
    await().until(() -> !issuer.isActive(answer.accessToken()));
    assertThat(refresh(answer.refreshToken()).status()).isEqualTo(200);
  }

  @Test
  void whatIsNoRefreshTokenIsRefused() {
    assertThat(refresh("nonsense").failure())
        .isEqualTo("400 unauthorized_client: unable to parse refresh token");
    String accessToken = refresh(issuer.newGrant("alice")).accessToken();
    assertThat(refresh(accessToken).failure())
        .isEqualTo("400 unauthorized_client: token is not a refresh token");
    assertThat(issuer.refused()).isEqualTo(2);
  }

  @Test
  void aWrongClientIsInvalidClientWithStatus400AndUsesNothingUp() {
    String token = issuer.newGrant("alice");
    String endpoint = issuer.tokenEndpoint();
    assertThat(client.withSecret("wrong").refresh(endpoint, token).failure())
        .isEqualTo("400 invalid_client: invalid client secret");
    assertThat(client.withSecret("").refresh(endpoint, token).failure())
        .isEqualTo("400 invalid_client: invalid empty client secret");
    assertThat(new TokenClient(client.http(), "nobody", "x").refresh(endpoint, token).failure())
        .isEqualTo("400 invalid_client: cannot load client with client id: \"nobody\"");
    assertThat(issuer.refused()).isZero();
    assertThat(refresh(token).status()).isEqualTo(200);
  }

  @Test
  void aClientMayProveItselfInTheBodyInsteadOfTheHeader() {
    Map<String, String> form =
        Map.of(
            "grant_type", "refresh_token",
            "refresh_token", issuer.newGrant("alice"),
            "client_id", issuer.clientId(),
            "client_secret", issuer.clientSecret());
    assertThat(client.withSecret("ignored").post(issuer.tokenEndpoint(), form).status())
        .isEqualTo(200);
  }

  @Test
  void aHeaderThatContradictsTheBodyIsInvalidRequest() {
    assertThat(client.post(issuer.tokenEndpoint(), Map.of("client_id", "other")).failure())
        .isEqualTo(
            "400 invalid_request:"
                + " client_id in request body inconsistent with Authorization header");
  }

  @Test
  void otherGrantTypesAreUnsupported() {
    assertThat(
            client
                .post(issuer.tokenEndpoint(), Map.of("grant_type", "client_credentials"))
                .failure())
        .isEqualTo(
            "400 unsupported_grant_type:"
                + " Only refresh_token or authorization_code grant type is supported");
  }
}
