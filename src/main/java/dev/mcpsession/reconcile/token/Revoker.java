package dev.mcpsession.reconcile.token;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.Names;
import dev.mcpsession.api.OAuth2RefreshSource;
import dev.mcpsession.api.OAuth2Source;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.api.TokenSpec;
import dev.mcpsession.plan.observed.RevocationCall;
import dev.mcpsession.reconcile.cache.ClusterView;
import dev.mcpsession.reconcile.memory.RevocationState;
import dev.mcpsession.reconcile.memory.SessionEntry;
import dev.mcpsession.reconcile.memory.TokenCallState;
import dev.mcpsession.reconcile.write.ClusterApi;
import dev.mcpsession.resources.Child;
import dev.mcpsession.token.SourceSecret;
import dev.mcpsession.token.Token;
import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.oauth.AuthorizationServer;
import dev.mcpsession.token.oauth.OAuthClient;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the tokens that only one session has, and revokes each of them once. The tokens are sent to
 * the authorization server and nowhere else.
 */
public final class Revoker {
  private static final String IN_HAND = "in hand";

  private final ClusterApi api;
  private final ClusterView view;
  private final SourceSecret.Lookup secrets;
  private final AuthorizationServer server;
  private final SharedTokens shared;

  /**
   * @param secrets finds the client's Secrets
   */
  public Revoker(
      ClusterApi api,
      ClusterView view,
      SourceSecret.Lookup secrets,
      AuthorizationServer server,
      SharedTokens shared) {
    this.api = api;
    this.view = view;
    this.secrets = secrets;
    this.server = server;
    this.shared = shared;
  }

  /**
   * Makes one try.
   *
   * @throws TokenFailure when a token is still to be revoked
   */
  RevocationCall revoke(McpSession session, OAuth2Source source, SessionEntry entry)
      throws TokenFailure, InterruptedException {
    SessionKey key = SessionKey.of(session);
    if (isShared(key, source)) {
      return new RevocationCall.NothingToRevoke();
    }
    Map<String, String> tokens = tokens(session, entry.tokenCall());
    if (tokens.isEmpty()) {
      return serves(session)
          ? new RevocationCall.Lost("its Secret was gone before its token could be revoked")
          : new RevocationCall.NothingToRevoke();
    }
    OAuthClient client;
    try {
      client = OAuthClient.read(source, key.namespace(), secrets);
    } catch (TokenFailure e) {
      // Deleted together with the session or the namespace, so waiting for it is pointless.
      return new RevocationCall.Lost("its token could not be revoked: " + e.getMessage());
    }
    if (source instanceof OAuth2RefreshSource refresh) {
      shared.forget(key.namespace(), refresh.grant());
      // A session that got the token before it was removed is in the cache by now.
      if (isShared(key, source)) {
        return new RevocationCall.NothingToRevoke();
      }
    }
    revoke(source, client, tokens, entry.revocation());
    return new RevocationCall.Revoked();
  }

  private boolean isShared(SessionKey key, OAuth2Source source) {
    return source instanceof OAuth2RefreshSource refresh
        && Stream.concat(
                view.readers(key.namespace(), refresh.grant()).stream(),
                view.withoutTemplate(key.namespace()).stream())
            .filter(other -> other.getMetadata().getDeletionTimestamp() == null)
            .filter(other -> !key.uid().equals(other.getMetadata().getUid()))
            .anyMatch(other -> mayGetTokensOf(refresh, other));
  }

  /** A session whose template is missing may have its token from any grant, unless it names one. */
  private boolean mayGetTokensOf(OAuth2RefreshSource refresh, McpSession other) {
    TokenSpec token = view.spec(other).token();
    boolean unknown =
        token == null && other.getSpec().templateName() != null && view.template(other) == null;
    String grant = other.getSpec().grantSecretName();
    return unknown ? grant == null || grant.equals(refresh.grant()) : getsTokensOf(refresh, token);
  }

  private static boolean getsTokensOf(OAuth2RefreshSource refresh, @Nullable TokenSpec other) {
    return other != null
        && other.oauth2Refresh() != null
        && refresh.sharesTokensWith(other.oauth2Refresh());
  }

  private static boolean serves(McpSession session) {
    return session.getStatus() != null && session.getStatus().podName() != null;
  }

  /**
   * By the uids of their Secrets. The token in memory comes first: it is dropped only after its
   * Secret was created.
   */
  private Map<String, String> tokens(McpSession session, TokenCallState tokenCall) {
    SessionKey key = SessionKey.of(session);
    Map<String, String> tokens = new LinkedHashMap<>();
    Token inHand = tokenCall.token();
    if (inHand != null) {
      tokens.put(IN_HAND, inHand.value());
    }
    for (int revision : revisions(session)) {
      Secret secret = api.readSecret(key.namespace(), Names.child(key.name(), revision));
      String encoded =
          secret == null || secret.getData() == null ? null : secret.getData().get(Names.TOKEN_KEY);
      if (secret != null && encoded != null && Child.isOwned(secret.getMetadata(), key)) {
        tokens.put(
            secret.getMetadata().getUid(),
            new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8));
      }
    }
    return tokens;
  }

  /**
   * The revisions that may have a Secret. A Secret is created only after status names its number;
   * if somebody cleared the status, the Pods show the numbers.
   */
  private NavigableSet<Integer> revisions(McpSession session) {
    SessionKey key = SessionKey.of(session);
    NavigableSet<Integer> revisions = new TreeSet<>();
    for (Pod pod : view.pods(key.namespace(), key.name())) {
      Names.revisionOf(key.name(), pod.getMetadata().getName()).ifPresent(revisions::add);
    }
    McpSessionStatus status = session.getStatus();
    if (status != null && status.revision() != null) {
      revisions.add(status.revision());
    }
    if (status != null && status.attempt() != null) {
      revisions.add(status.attempt().revision());
    }
    return revisions;
  }

  /** Continues after a failure, so that the other tokens are revoked. */
  private void revoke(
      OAuth2Source source, OAuthClient client, Map<String, String> tokens, RevocationState state)
      throws TokenFailure, InterruptedException {
    TokenFailure failure = null;
    for (Map.Entry<String, String> token : tokens.entrySet()) {
      if (state.isRevoked(token.getKey())) {
        continue;
      }
      try {
        server.revoke(source, client, token.getValue());
        tokens.forEach(
            (secret, value) -> {
              if (value.equals(token.getValue())) {
                state.revoked(secret);
              }
            });
      } catch (TokenFailure e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
