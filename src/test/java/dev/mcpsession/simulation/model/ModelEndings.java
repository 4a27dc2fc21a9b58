package dev.mcpsession.simulation.model;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.Names;
import dev.mcpsession.api.OAuth2RefreshSource;
import dev.mcpsession.api.OAuth2Source;
import dev.mcpsession.reconcile.token.SharedTokens;
import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.oauth.OAuthClient;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Revokes tokens, reliably or not, and checks what must hold when sessions end. */
public final class ModelEndings implements FakeRevocations, SharedTokens {
  public static final String FOREIGN = "example.com/wait";
  public static final String CLIENT = "client";
  public static final String GRANT = "grant";

  /** How the authorization server responds once no other faults occur. */
  public enum Mood {
    ANSWERS,
    REFUSES,
    HANGS
  }

  public Mood mood = Mood.ANSWERS;

  private final ModelApiServer server;
  private final Truth truth;
  private final ModelIssuer issuer;
  private final Faults faults;
  private final Trace trace;
  private final Invariants invariants;
  private final boolean alone;
  private final Set<String> asked = new HashSet<>();

  public ModelEndings(
      ModelApiServer server,
      ModelIssuer issuer,
      Faults faults,
      Trace trace,
      Invariants invariants,
      boolean alone) {
    this.server = server;
    this.truth = new Truth(server);
    this.issuer = issuer;
    this.faults = faults;
    this.trace = trace;
    this.invariants = invariants;
    this.alone = alone;
    for (String secret : List.of(CLIENT, GRANT)) {
      server.create(
          server.secrets,
          new SecretBuilder()
              .withNewMetadata()
              .withName(secret)
              .addToLabels(Names.TOKEN_SOURCE_LABEL, "true")
              .endMetadata()
              .addToData(OAuth2Source.CLIENT_ID_KEY, encode("operator"))
              .addToData(OAuth2Source.CLIENT_SECRET_KEY, encode("hidden"))
              .build());
    }
  }

  @Override
  public void revoke(OAuth2Source source, OAuthClient client, String accessToken)
      throws TokenFailure {
    trace.line("revoke " + accessToken);
    if (alone && source instanceof OAuth2RefreshSource refresh) {
      for (McpSession session : server.sessions.all()) {
        Invariants.require(
            !uses(session, refresh, accessToken),
            Truth.name(session) + " uses " + accessToken + ", which is revoked");
      }
    }
    asked.add(accessToken);
    if (faults.now(0.3) || mood == Mood.REFUSES) {
      throw new TokenFailure(TokenFailure.Kind.FAILED, "the issuer answered 503");
    }
  }

  private boolean uses(McpSession session, OAuth2RefreshSource refresh, String token) {
    return Truth.isLive(session)
        && session.getSpec().token() != null
        && session.getSpec().token().oauth2Refresh() != null
        && refresh.sharesTokensWith(session.getSpec().token().oauth2Refresh())
        && session.getStatus() != null
        && session.getMetadata().getGeneration().equals(session.getStatus().observedGeneration())
        && truth.secrets(session).stream().anyMatch(secret -> token.equals(value(secret)));
  }

  @Override
  public void forget(String namespace, String grantSecretName) throws TokenFailure {
    if (faults.now(0.1)) {
      throw new TokenFailure(TokenFailure.Kind.FAILED, "the grant Secret could not be written");
    }
    issuer.forget();
  }

  /**
   * Finalizers that the API server accepted.
   *
   * @param waiting whether a try to revoke is pending or runs
   */
  public void finalizersWritten(McpSession before, McpSession after, boolean waiting) {
    String name = Truth.name(before);
    Invariants.require(
        others(before).equals(others(after)), "a finalizer of others on " + name + " was changed");
    boolean wanted = before.getSpec().wantsRevocation();
    if (after.hasRevocationFinalizer()) {
      Invariants.require(wanted, name + " got a finalizer that its spec does not ask for");
    } else if (wanted) {
      Invariants.require(!Truth.isLive(before), name + " lost its finalizer while it lives");
      requireTried(before, waiting);
    }
  }

  private void requireTried(McpSession session, boolean waiting) {
    if (!alone
        || faults.areUsual()
        || waiting
        || session.getSpec().token().oauth2Refresh() != null) {
      return;
    }
    for (Secret secret : truth.secrets(session)) {
      // Nothing points to it any more, after somebody emptied the status: it goes with its session.
      Invariants.require(
          invariants.isUntraceable(secret) || asked.contains(value(secret)),
          Truth.name(session) + " was let go with a token that was not tried to be revoked");
    }
  }

  private static List<String> others(McpSession session) {
    List<String> finalizers = new ArrayList<>(session.getMetadata().getFinalizers());
    finalizers.remove(Names.REVOCATION_FINALIZER);
    return finalizers;
  }

  private static String value(Secret secret) {
    return new String(
        Base64.getDecoder().decode(secret.getData().get(Names.TOKEN_KEY)), StandardCharsets.UTF_8);
  }

  private static String encode(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
