package dev.mcpsession.quickstart;

import dev.mcpsession.api.Names;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.UUID;

/**
 * Stands in for what keeps a token Secret up to date in a real cluster: External Secrets, Vault, a
 * job.
 */
record TokenIssuer(KubernetesClient client, String secretName, Timeline timeline) {
  /**
   * Creates the Secret, or gives it another token.
   *
   * @return when that one expires
   */
  Instant issue(Duration life) {
    Instant expiresAt = Instant.now().plus(life).truncatedTo(ChronoUnit.MILLIS);
    Secret secret =
        new SecretBuilder()
            .withNewMetadata()
            .withName(secretName)
            .addToLabels(Names.TOKEN_SOURCE_LABEL, "true")
            .endMetadata()
            .addToData(Names.TOKEN_KEY, base64(UUID.randomUUID().toString()))
            .addToData(Samples.EXPIRES_AT_KEY, base64(expiresAt.toString()))
            .build();
    timeline.add(
        "issuer",
        "Secret %s gets a token that expires at %.1f s"
            .formatted(secretName, timeline.seconds(expiresAt)));
    client.resource(secret).createOr(NonDeletingOperation::update);
    return expiresAt;
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
