package dev.mcpsession.signin.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.Names;
import dev.mcpsession.token.SourceSecret;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Templates whose users sign in at some URL, and the Secret of its client. */
final class Templates {
  private Templates() {}

  /** Identity Upstream; {@code more} is indented as the fields of signIn are. */
  static McpSessionTemplate upstream(String url, String more) {
    return parsed(
        """
        metadata: {namespace: team, name: forgejo}
        spec:
          signIn:
            identity: Upstream
            authorizationEndpoint: %1$s/login/authorize
            userInfoEndpoint: %1$s/login/userinfo
        %2$s
          session:
            podTemplate: {}
            token:
              oauth2Refresh:
                tokenEndpoint: %1$s/login/token
                revocationEndpoint: %1$s/login/revoke
                clientSecretName: forgejo-client
        """
            .formatted(url, more.indent(4).stripTrailing()));
  }

  /**
   * The same with another value of a field, wherever it is.
   *
   * @param value null: without the field
   */
  static McpSessionTemplate edited(String url, String field, @Nullable String value) {
    ObjectNode template =
        Serialization.unmarshal(Serialization.asJson(upstream(url, "")), ObjectNode.class);
    ObjectNode parent = template.findParent(field);
    if (value == null) {
      parent.remove(field);
    } else {
      parent.put(field, value);
    }
    return parsed(template.toString());
  }

  static McpSessionTemplate parsed(String yaml) {
    return Serialization.unmarshal(yaml, McpSessionTemplate.class);
  }

  static SourceSecret.Lookup client(String id, String secret) {
    Secret client =
        new SecretBuilder()
            .withNewMetadata()
            .withNamespace("team")
            .withName("forgejo-client")
            .withUid("uid")
            .addToLabels(Names.TOKEN_SOURCE_LABEL, "true")
            .endMetadata()
            .withData(Map.of("client_id", base64(id), "client_secret", base64(secret)))
            .build();
    return (namespace, name) ->
        namespace.equals("team") && name.equals("forgejo-client") ? client : null;
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }
}
