package dev.mcpsession.simulation.model;

import dev.mcpsession.api.Names;
import dev.mcpsession.api.OAuth2Source;
import dev.mcpsession.reconcile.token.SharedTokens;
import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.oauth.OAuthClient;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** Revokes tokens, reliably or not. */
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

  private final ModelIssuer issuer;
  private final Faults faults;
  private final Trace trace;

  public ModelEndings(ModelApiServer server, ModelIssuer issuer, Faults faults, Trace trace) {
    this.issuer = issuer;
    this.faults = faults;
    this.trace = trace;
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
    if (faults.now(0.3) || mood == Mood.REFUSES) {
      throw new TokenFailure(TokenFailure.Kind.FAILED, "the issuer answered 503");
    }
  }

  @Override
  public void forget(String namespace, String grantSecretName) throws TokenFailure {
    if (faults.now(0.1)) {
      throw new TokenFailure(TokenFailure.Kind.FAILED, "the grant Secret could not be written");
    }
    issuer.forget(grantSecretName);
  }

  private static String encode(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
