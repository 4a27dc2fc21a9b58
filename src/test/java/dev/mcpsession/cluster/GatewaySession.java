package dev.mcpsession.cluster;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionTemplate;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.List;

/** A session of a template as the session gateway creates it for one of its users. */
public final class GatewaySession {
  /** Characters of a session's name that stand for its user. */
  private static final int DIGEST = 26;

  private GatewaySession() {}

  /**
   * Not created yet. It goes with the template, which owns it.
   *
   * @param template as stored
   */
  public static McpSession of(McpSessionTemplate template, String user) {
    McpSession session =
        Serialization.unmarshal(
            """
            apiVersion: mcpsession.dev/v1alpha1
            kind: McpSession
            metadata:
              annotations: {mcpsession.dev/lastActive: "%4$s"}
            spec:
              user: %2$s
              owner:
                issuer: https://sso.example.com/realms/staff
                subject: 5f1c7a52-93d0-4c8e-b0a9-%3$s
              templateRef: {name: %1$s}
              grantSecretName: %1$s-%3$s-grant
            """
                .formatted(
                    template.getMetadata().getName(),
                    user,
                    digest(user).substring(0, 12),
                    Instant.now()),
            McpSession.class);
    session.getMetadata().setName(name(template.getMetadata().getName(), user));
    session.getMetadata().setNamespace(template.getMetadata().getNamespace());
    session
        .getMetadata()
        .setOwnerReferences(
            List.of(
                new OwnerReferenceBuilder()
                    .withApiVersion(template.getApiVersion())
                    .withKind(template.getKind())
                    .withName(template.getMetadata().getName())
                    .withUid(template.getMetadata().getUid())
                    .build()));
    return session;
  }

  /** As long as a name that the gateway makes, and different for each user. */
  public static String name(String template, String user) {
    return template + "-" + digest(user).substring(0, DIGEST);
  }

  private static String digest(String user) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(user.getBytes(StandardCharsets.UTF_8));
      return new BigInteger(1, hash).setBit(8 * hash.length).toString(Character.MAX_RADIX);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }
}
