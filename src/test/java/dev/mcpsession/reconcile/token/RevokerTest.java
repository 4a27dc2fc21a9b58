package dev.mcpsession.reconcile.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.Names;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.plan.observed.RevocationCall;
import dev.mcpsession.plan.observed.TokenCall;
import dev.mcpsession.reconcile.memory.ReplacementSlots;
import dev.mcpsession.reconcile.memory.SessionEntries;
import dev.mcpsession.reconcile.memory.SessionEntry;
import dev.mcpsession.reconcile.memory.TokenCallState;
import dev.mcpsession.resources.TokenSecret;
import dev.mcpsession.simulation.model.FakeRevocations;
import dev.mcpsession.simulation.model.ModelApiServer;
import dev.mcpsession.simulation.model.ModelCache;
import dev.mcpsession.simulation.model.ModelCaches;
import dev.mcpsession.simulation.model.ModelClusterApi;
import dev.mcpsession.simulation.model.VirtualClock;
import dev.mcpsession.token.Token;
import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.TokenInfo;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RevokerTest {
  private static final String CREDENTIALS =
      "oauth2ClientCredentials: {tokenEndpoint: 'https://idp/token', clientSecretName: client,"
          + " revocationEndpoint: 'https://idp/revoke'}";
  private static final String GRANT =
      "oauth2Refresh: {tokenEndpoint: 'https://idp/token', clientSecretName: client,"
          + " grantSecretName: grant, revocationEndpoint: 'https://idp/revoke'}";
  private static final String GRANT_WITHOUT_END =
      "oauth2Refresh: {tokenEndpoint: 'https://idp/token', clientSecretName: client,"
          + " grantSecretName: grant}";
  private static final String GRANT_WITH_A_SCOPE =
      "oauth2Refresh: {tokenEndpoint: 'https://idp/token', clientSecretName: client,"
          + " grantSecretName: grant, scopes: [repo]}";

  private final VirtualClock clock = new VirtualClock();
  private final ModelApiServer server = new ModelApiServer(clock, 1);
  private final ModelClusterApi api = new ModelClusterApi(server);
  private final ModelCaches caches = new ModelCaches(server);
  private final SessionEntry entry =
      new SessionEntries(key -> true, new ReplacementSlots(1, key -> {}))
          .of(new SessionKey("team", "alice", "uid-1"));
  private final List<String> done = new ArrayList<>();
  private final List<String> failing = new ArrayList<>();
  private Runnable whileForgetting = () -> {};

  private final FakeRevocations issuer =
      (source, client, token) -> {
        done.add(token);
        if (failing.contains(token)) {
          throw new TokenFailure(TokenFailure.Kind.FAILED, "the issuer answered 503");
        }
      };
  private final Revoker revoker =
      new Revoker(
          api,
          caches,
          caches.tokenSources(),
          issuer,
          (namespace, secret) -> {
            done.add("forget " + secret);
            whileForgetting.run();
          });

  @BeforeEach
  void makeTheClient() {
    Secret secret =
        new SecretBuilder()
            .withNewMetadata()
            .withName("client")
            .addToLabels(Names.TOKEN_SOURCE_LABEL, "true")
            .endMetadata()
            .addToData("client_id", "aWQ=")
            .addToData("client_secret", "c2VjcmV0")
            .build();
    server.create(server.secrets, secret);
  }

  @Test
  void everyTokenOfTheSessionIsRevokedOnce() throws Exception {
    McpSession session = session("alice", CREDENTIALS);
    secret(session, 1, "one");
    secret(session, 2, "two");
    secret(session, 3, "one");
    pod(session, 3);
    assertThat(revoke(session)).isEqualTo(new RevocationCall.Revoked());
    assertThat(done).containsExactly("one", "two");
  }

  @Test
  void theNextTryIsOnlyForWhatFailed() throws Exception {
    McpSession session = session("alice", CREDENTIALS);
    secret(session, 1, "one");
    secret(session, 2, "two");
    failing.add("one");
    assertThatThrownBy(() -> revoke(session)).hasMessage("the issuer answered 503");
    failing.clear();
    assertThat(revoke(session)).isEqualTo(new RevocationCall.Revoked());
    assertThat(done).containsExactly("one", "two", "one");
  }

  @Test
  void aTokenThatWasNotStoredYetIsRevokedAsWell() throws Exception {
    McpSession session = session("alice", CREDENTIALS);
    inHand("in hand");
    assertThat(revoke(session)).isEqualTo(new RevocationCall.Revoked());
    assertThat(done).containsExactly("in hand");
  }

  @Test
  void whatAnotherOwnerHasUnderTheSessionsNameIsLeftAlone() throws Exception {
    McpSession session = session("alice", CREDENTIALS);
    secret(new SessionKey(ModelApiServer.NAMESPACE, "alice", "predecessor"), 1, "another's");
    assertThat(revoke(session)).isEqualTo(new RevocationCall.NothingToRevoke());
    assertThat(done).isEmpty();
  }

  @Test
  void aTokenWhoseSecretIsGoneIsLost() throws Exception {
    McpSession session = session("alice", CREDENTIALS);
    session.setStatus(
        Serialization.unmarshal("revision: 1\npodName: alice-1", McpSessionStatus.class));
    assertThat(revoke(session)).isInstanceOf(RevocationCall.Lost.class);
  }

  @Test
  void withoutItsClientATokenIsLost() throws Exception {
    server.secrets.remove("client");
    McpSession session = session("alice", CREDENTIALS);
    secret(session, 1, "one");
    assertThat(revoke(session).toString())
        .contains("no Secret client with the label")
        .doesNotContain("one");
    assertThat(done).isEmpty();
  }

  @Test
  void theTokenOfAGrantIsForgottenBeforeItIsRevoked() throws Exception {
    McpSession session = session("alice", GRANT);
    secret(session, 1, "shared");
    session("carol", CREDENTIALS);
    assertThat(revoke(session)).isEqualTo(new RevocationCall.Revoked());
    assertThat(done).containsExactly("forget grant", "shared");
  }

  @Test
  void theTokenOfAGrantIsLeftToASessionThatAsksForOtherScopes() throws Exception {
    McpSession session = session("alice", GRANT);
    secret(session, 1, "shared");
    session("carol", GRANT_WITH_A_SCOPE);
    assertThat(revoke(session)).isEqualTo(new RevocationCall.NothingToRevoke());
    assertThat(done).isEmpty();
  }

  @Test
  void theTokenOfAGrantIsLeftToTheOtherSessionsThatNameIt() throws Exception {
    McpSession session = session("alice", GRANT);
    secret(session, 1, "shared");
    session("bob", GRANT_WITHOUT_END);
    assertThat(revoke(session)).isEqualTo(new RevocationCall.NothingToRevoke());
    assertThat(done).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"'', false", "'grantSecretName: grant', false", "'grantSecretName: other', true"})
  void theTokenOfAGrantIsLeftToASessionThatMayUseItWhileItsTemplateIsMissing(
      String grant, boolean revoked) throws Exception {
    McpSession session = session("alice", GRANT);
    secret(session, 1, "shared");
    server.createSession(
        Serialization.unmarshal(
            """
            metadata: {name: bob}
            spec: {user: bob, templateRef: {name: gone}, %s}
            """
                .formatted(grant),
            McpSession.class));
    assertThat(revoke(session))
        .isEqualTo(revoked ? new RevocationCall.Revoked() : new RevocationCall.NothingToRevoke());
  }

  @Test
  void aSessionThatIsBeingDeletedItselfNeedsNoToken() throws Exception {
    McpSession session = session("alice", GRANT);
    secret(session, 1, "shared");
    McpSession other = session("bob", GRANT);
    server.sessions.edit(other, copy -> copy.getMetadata().setDeletionTimestamp(server.time()));
    assertThat(revoke(session)).isEqualTo(new RevocationCall.Revoked());
    assertThat(done).containsExactly("forget grant", "shared");
  }

  @Test
  void aSessionThatGotTheTokenRightBeforeItWasForgottenKeepsIt() throws Exception {
    McpSession session = session("alice", GRANT);
    secret(session, 1, "shared");
    whileForgetting =
        () -> {
          session("bob", GRANT);
          caches.sessions.list();
        };
    assertThat(revoke(session)).isEqualTo(new RevocationCall.NothingToRevoke());
    assertThat(done).containsExactly("forget grant");
  }

  private RevocationCall revoke(McpSession session) throws Exception {
    caches.all().forEach(ModelCache::list);
    return revoker.revoke(
        session,
        Objects.requireNonNull(Objects.requireNonNull(session.getSpec().token()).oauth2()),
        entry);
  }

  private McpSession session(String name, String token) {
    McpSession session =
        Serialization.unmarshal(
            """
            metadata: {name: %s}
            spec: {user: %s, token: {%s}}
            status: {revision: 1, attempt: {revision: 2, cause: token}}
            """
                .formatted(name, name, token),
            McpSession.class);
    return server.createSession(session);
  }

  private void inHand(String value) {
    TokenInfo info = new TokenInfo(clock.instant(), null, null);
    TokenCallState state = entry.tokenCall();
    long call = state.begin(new TokenCall.InFlight(clock.instant()), "hash", "inputs");
    state.finish(call, new TokenCall.Issued(info), new Token(value, info), null);
  }

  private void secret(McpSession session, int revision, String value) {
    secret(SessionKey.of(session), revision, value);
  }

  /** Adds a Pod: the status may have been lost, and the number with it. */
  private void pod(McpSession session, int revision) {
    api.createPod(
        new PodBuilder()
            .withNewMetadata()
            .withName(Names.child(session.getMetadata().getName(), revision))
            .addToLabels(Names.SESSION_LABEL, session.getMetadata().getName())
            .endMetadata()
            .withNewSpec()
            .addNewContainer()
            .withImage("backend")
            .endContainer()
            .endSpec()
            .build());
  }

  private void secret(SessionKey session, int revision, String value) {
    Token token = new Token(value, new TokenInfo(clock.instant(), null, null));
    api.createSecret(TokenSecret.desired(session, revision, token));
  }
}
