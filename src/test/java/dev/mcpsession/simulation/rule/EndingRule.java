package dev.mcpsession.simulation.rule;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.Names;
import dev.mcpsession.api.OAuth2RefreshSource;
import dev.mcpsession.api.OAuth2Source;
import dev.mcpsession.api.TokenSpec;
import dev.mcpsession.simulation.model.FakeRevocations;
import dev.mcpsession.simulation.model.Faults;
import dev.mcpsession.simulation.model.ModelApiServer;
import dev.mcpsession.simulation.model.ModelEndings;
import dev.mcpsession.simulation.model.ModelIssuer;
import dev.mcpsession.simulation.model.Truth;
import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.oauth.OAuthClient;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * No token that is still used is revoked, and no session is let go before its tokens were tried.
 */
public final class EndingRule implements FakeRevocations {
  private final ModelApiServer server;
  private final Truth truth;
  private final ModelIssuer issuer;
  private final ModelEndings endings;
  private final Faults faults;
  private final Invariants invariants;
  private final boolean alone;
  private final Set<String> asked = new HashSet<>();

  /** Sessions whose token source was changed after they were deleted. */
  private final Set<String> changed = new HashSet<>();

  public EndingRule(
      ModelApiServer server,
      ModelIssuer issuer,
      ModelEndings endings,
      Faults faults,
      Invariants invariants,
      boolean alone) {
    this.server = server;
    this.truth = new Truth(server);
    this.issuer = issuer;
    this.endings = endings;
    this.faults = faults;
    this.invariants = invariants;
    this.alone = alone;
  }

  @Override
  public void revoke(OAuth2Source source, OAuthClient client, String accessToken)
      throws TokenFailure {
    if (alone && source instanceof OAuth2RefreshSource refresh) {
      for (McpSession session : server.sessions.all()) {
        Invariants.require(
            !uses(session, refresh, accessToken),
            Truth.name(session) + " uses " + accessToken + ", which is revoked");
      }
    }
    asked.add(accessToken);
    endings.revoke(source, client, accessToken);
  }

  private boolean uses(McpSession session, OAuth2RefreshSource refresh, String token) {
    TokenSpec source = truth.spec(session).token();
    return Truth.isLive(session)
        && (truth.lacksTemplate(session) || sharesTokens(source, refresh))
        && session.getStatus() != null
        && session.getMetadata().getGeneration().equals(session.getStatus().observedGeneration())
        && truth.secrets(session).stream().anyMatch(secret -> token.equals(value(secret)));
  }

  private static boolean sharesTokens(@Nullable TokenSpec source, OAuth2RefreshSource refresh) {
    return source != null
        && source.oauth2Refresh() != null
        && refresh.sharesTokensWith(source.oauth2Refresh());
  }

  /**
   * Someone changed the token source of a session that is being deleted. What was found out by the
   * source before holds, for the new one did not issue the session's tokens.
   */
  public void sourceChanged(McpSession session) {
    changed.add(Truth.uid(session));
  }

  /**
   * Finalizers that the API server accepted.
   *
   * @param basis what the operator knew
   * @param waiting whether a try to revoke is pending or runs
   */
  public void finalizersWritten(
      McpSession before, McpSession after, DecisionBasis basis, boolean waiting) {
    String name = Truth.name(before);
    Invariants.require(
        others(before).equals(others(after)), "a finalizer of others on " + name + " was changed");
    List<McpSessionSpec> specs = basis.specs().of(before);
    if (after.hasRevocationFinalizer()) {
      Invariants.require(
          specs.stream().anyMatch(McpSessionSpec::wantsRevocation),
          name + " got a finalizer that its spec does not ask for");
    } else if (specs.stream().allMatch(McpSessionSpec::wantsRevocation)) {
      Invariants.require(!Truth.isLive(before), name + " lost its finalizer while it lives");
      requireTried(before, specs, waiting);
    }
  }

  private void requireTried(McpSession session, List<McpSessionSpec> specs, boolean waiting) {
    if (!alone
        || faults.areUsual()
        || waiting
        || session.getStatus() == null // only Pods led to Secrets, and a cache may show them later
        || changed.contains(Truth.uid(session))
        || specs.stream().anyMatch(spec -> spec.token().oauth2Refresh() != null)) {
      return;
    }
    for (Secret secret : truth.secrets(session)) {
      // Nothing points to it any more, after somebody emptied the status: it goes with its session.
      // Or the spec named a grant until a moment ago, so that other sessions may use the token.
      Invariants.require(
          invariants.isUntraceable(secret)
              || issuer.hasShared(value(secret))
              || asked.contains(value(secret)),
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
}
