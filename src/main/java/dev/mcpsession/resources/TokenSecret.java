package dev.mcpsession.resources;

import dev.mcpsession.api.Names;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.token.Token;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The immutable Secret that holds one revision's token. */
public final class TokenSecret {
  private TokenSecret() {}

  public static Secret desired(SessionKey session, int revision, Token token) {
    return new SecretBuilder()
        .withMetadata(
            Child.metadata(session, revision)
                .addToAnnotations(Child.annotations(token.info()))
                .build())
        .withType("Opaque")
        .withImmutable(true)
        .addToData(
            Names.TOKEN_KEY,
            Base64.getEncoder().encodeToString(token.value().getBytes(StandardCharsets.UTF_8)))
        .build();
  }
}
