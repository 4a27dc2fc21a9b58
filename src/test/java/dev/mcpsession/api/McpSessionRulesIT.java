package dev.mcpsession.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@ClusterTest
class McpSessionRulesIT {
  private final StoredObjects<McpSession> sessions;

  private final Cluster cluster;

  McpSessionRulesIT(Cluster cluster) {
    this.cluster = cluster;
    this.sessions = StoredObjects.sessions(cluster);
  }

  @BeforeEach
  void removeSessions() {
    sessions.removeAll();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {user: bob}                                       | user cannot be changed
          {user: null}                                      | spec.user: Required value
          {user: ''}                                        | spec.user in body should be at least 1 chars long
          {idleTimeoutSeconds: -1}                          | spec.idleTimeoutSeconds in body should be greater than or equal to 0
          {idleTimeoutSeconds: 31536001}                    | spec.idleTimeoutSeconds in body should be less than or equal to 31536000
          {maxLifetimeSeconds: 0}                           | spec.maxLifetimeSeconds in body should be greater than or equal to 1
          {maxLifetimeSeconds: 31536001}                    | spec.maxLifetimeSeconds in body should be less than or equal to 31536000
          {onIdle: Keep}                                    | supported values: "Delete", "Suspend"
          {startupTimeoutSeconds: 0}                        | spec.startupTimeoutSeconds in body should be greater than or equal to 1
          {startupTimeoutSeconds: 86401}                    | spec.startupTimeoutSeconds in body should be less than or equal to 86400
          {drainSeconds: -1}                                | spec.drainSeconds in body should be greater than or equal to 0
          {drainSeconds: 86401}                             | spec.drainSeconds in body should be less than or equal to 86400
          {drainSeconds: 1m}                                | spec.drainSeconds in body must be of type integer
          {port: 0}                                         | spec.port in body should be greater than or equal to 1
          {port: 65536}                                     | spec.port in body should be less than or equal to 65535
          {path: mcp}                                       | spec.path in body should match
          {path: '/mcp?x=y'}                                | spec.path in body should match
          {serviceAppProtocol: ''}                          | spec.serviceAppProtocol in body should be at least 1 chars long
          {serviceAppProtocol: 'a b'}                       | spec.serviceAppProtocol in body should match
          {serviceAppProtocol: 'Kgateway.dev/mcp'}          | spec.serviceAppProtocol in body should match
          {serviceAppProtocol: 'kgateway.dev/'}             | spec.serviceAppProtocol in body should match
          {serviceAppProtocol: 'kgateway.dev/a/b'}          | spec.serviceAppProtocol in body should match
          {serviceAppProtocol: 'mcp-'}                      | spec.serviceAppProtocol in body should match
          {token: {}}                                       | exactly one token source must be set
          {token: {secret: {name: a}, serviceAccount: {name: b}}} | exactly one token source must be set
          {token: {secret: {}}}                             | spec.token.secret.name: Required value
          {token: {secret: {name: A_B}}}                    | spec.token.secret.name in body should match
          {token: {secret: {name: a, tokenKey: a/b}}}       | spec.token.secret.tokenKey in body should match
          {token: {secret: {name: a, expiresAtKey: ''}}}    | spec.token.secret.expiresAtKey in body should be at least 1 chars long
          {token: {serviceAccount: {}}}                     | spec.token.serviceAccount.name: Required value
          {token: {serviceAccount: {name: a, audience: ''}}} | spec.token.serviceAccount.audience in body should be at least 1 chars long
          {token: {serviceAccount: {name: a, expirationSeconds: 599}}} | spec.token.serviceAccount.expirationSeconds in body should be greater than or equal to 600
          {token: {secret: {name: a}, renewBeforeSeconds: 0}} | spec.token.renewBeforeSeconds in body should be greater than or equal to 1
          {token: {serviceAccount: {name: a}, renewBeforeSeconds: 3600}} | renewBeforeSeconds must be less than serviceAccount.expirationSeconds
          {token: {secret: {name: a}, env: 1ST}}            | spec.token.env in body should match
          {token: {secret: {name: a}, env: A-B}}            | spec.token.env in body should match
          {token: {secret: {name: a}, mountPath: var/run}}  | spec.token.mountPath in body should match
          {token: {secret: {name: a}, mountPath: '/a:b'}}   | spec.token.mountPath in body should match
          {token: {oauth2Refresh: {tokenEndpoint: 'https://a/b', clientSecretName: a, grantSecretName: b, clientAuthentication: mtls}}} | supported values: "basic", "none", "post"
          {token: {oauth2Refresh: {tokenEndpoint: 'https://a/b', clientSecretName: a, grantSecretName: b, resource: ['https://a#b']}}} | spec.token.oauth2Refresh.resource[0] in body should match
          {token: {oauth2Refresh: {tokenEndpoint: 'https://a/b', clientSecretName: a, grantSecretName: b, audience: ['']}}} | spec.token.oauth2Refresh.audience[0] in body should be at least 1 chars long
          {token: {oauth2ClientCredentials: {tokenEndpoint: 'https://a/b', clientSecretName: a, clientAuthentication: none}}} | a public client cannot use client credentials
          {token: {oauth2ClientCredentials: {tokenEndpoint: 'https://a/b', clientSecretName: a, resource: [wiki]}}} | spec.token.oauth2ClientCredentials.resource[0] in body should match
          {podTemplate: null}                               | exactly one of podTemplate and templateRef must be set
          {templateRef: {name: forgejo}}                    | exactly one of podTemplate and templateRef must be set
          {podTemplate: null, templateRef: {}}              | spec.templateRef.name: Required value
          {podTemplate: null, templateRef: {name: ''}}      | spec.templateRef.name in body should be at least 1 chars long
          {podTemplate: null, templateRef: {name: For-gejo}} | spec.templateRef.name in body should match
          {podTemplate: null, templateRef: {name: forgejo-}} | spec.templateRef.name in body should match
          {podTemplate: null, templateRef: {name: a2345678901234567890123456}} | spec.templateRef.name: Too long
          {owner: {issuer: 'https://sso.example', subject: a}} | owner cannot be changed: make a new session for another owner
          {owner: {issuer: 'https://sso.example'}}          | spec.owner.subject: Required value
          {owner: {subject: a}}                             | spec.owner.issuer: Required value
          {owner: {issuer: '', subject: a}}                 | spec.owner.issuer in body should be at least 1 chars long
          {deleteAfterIdleSeconds: -1}                      | spec.deleteAfterIdleSeconds in body should be greater than or equal to 0
          {deleteAfterIdleSeconds: 31536001}                | spec.deleteAfterIdleSeconds in body should be less than or equal to 31536000
          {replacement: Rolling}                            | supported values: "Recreate", "Surge"
          {grantSecretName: ''}                             | spec.grantSecretName in body should be at least 1 chars long
          {grantSecretName: A_B}                            | spec.grantSecretName in body should match
          {token: {oauth2Refresh: {tokenEndpoint: 'https://a/b', clientSecretName: a}}} | token.oauth2Refresh needs a grantSecretName, its own or spec.grantSecretName
          {podTemplate: {spec: null}}                       | spec.podTemplate.spec: Required value
          {podTemplate: {spec: {containers: null}}}         | spec.podTemplate.spec.containers: Required value
          {podTemplate: {spec: {containers: []}}}           | spec.podTemplate.spec.containers in body should have at least 1 items
          {podTemplate: {spec: {containers: [{image: a}]}}} | spec.podTemplate.spec.containers[0].name: Required value
          {podTemplate: {spec: {containers: [{name: a}, {name: a}]}}} | Duplicate value
          {podTemplate: {metadata: {labels: {mcpsession.dev/session: a}}}} | labels that begin with mcpsession.dev/ are set by the operator alone
          {podTemplate: {metadata: {annotations: {mcpsession.dev/port: a}}}} | annotations that begin with mcpsession.dev/ are set by the operator alone
          """)
  void aBadSpecIsRefusedWithAMessageThatSaysWhy(String change, String message) {
    sessions.create("alice");
    assertThatThrownBy(() -> sessions.patch("alice", "spec: " + change))
        .isInstanceOfSatisfying(
            KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(422))
        .hasMessageContaining(message);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "{owner: null}",
        "{owner: {issuer: 'https://other.example'}}",
        "{owner: {subject: alice-124}}"
      })
  void theOwnerStaysAsItWasMade(String change) {
    GenericKubernetesResource owned = sessions.minimal("alice");
    owned
        .<Map<String, Object>>get("spec")
        .put("owner", Map.of("issuer", "https://sso.example", "subject", "alice-123"));
    cluster.client().resource(owned).create();
    assertThatThrownBy(() -> sessions.patch("alice", "spec: " + change))
        .hasMessageContaining("owner cannot be changed: make a new session for another owner");
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "{podTemplate: null, templateRef: {name: forgejo}}",
        "{podTemplate: null, templateRef: {name: a234567890123456789012345}, grantSecretName: a}",
        "{deleteAfterIdleSeconds: 0, replacement: Recreate}",
        "{grantSecretName: a, token: {oauth2Refresh: {tokenEndpoint: 'https://a/b',"
            + " clientSecretName: a}}}"
      })
  void aGoodSpecIsAccepted(String change) {
    sessions.create("alice");
    assertThat(sessions.patch("alice", "spec: " + change).getMetadata().getGeneration())
        .isEqualTo(2);
  }

  /** One session that the operator cannot read would end its watch of all sessions. */
  @ParameterizedTest(name = "{0}")
  @MethodSource
  void whateverIsStoredCanBeRead(String change) {
    sessions.create("alice");
    try {
      sessions.patchUnread("alice", change);
    } catch (KubernetesClientException refused) {
      assertThat(refused.getCode()).isIn(400, 422);
    }
    assertThat(sessions.all()).hasSize(1);
  }

  static Stream<String> whateverIsStoredCanBeRead() {
    return Stream.concat(
        StoredObjects.UNREADABLE_POD_TEMPLATES.stream()
            .map(template -> "spec: {podTemplate: " + template + "}"),
        Stream.of(
            "status: {revision: 99999999999}",
            "status: {failures: -1}",
            "status: {attempt: {}}",
            "status: {attempt: {revision: 1, cause: whim, startTime: '2026-11-21T10:00:00Z',"
                + " inputs: a}}",
            "status: {activeSince: yesterday}",
            "status: {activeSince: '2026-11-21'}",
            "status: {activeSince: '2026-11-21t10:00:00z'}",
            "status: {activeSince: '2026-11-21T10:00:00'}",
            "status: {activeSince: '2026-11-21T24:00:00Z'}",
            "status: {activeSince: '2026-02-31T10:00:00Z'}",
            "status: {activeSince: '2026-11-21T10:00:00+25:00'}",
            "status: {activeSince: '2026-11-21T23:59:60Z'}",
            "status: {activeSince: '2026-11-21T10:00:00.12345678901234567890Z'}",
            "status: {activeSince: '2026-11-21T10:00:00+0100'}",
            "status: {activeSince: ''}",
            "status: {conditions: [null]}",
            "status: {conditions: [{type: Ready, status: Maybe}]}"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a12345678901234567890123456789012345678901234567890ab | no more than 52 characters
          alice.smith                                           | must be an RFC 1035 label
          1alice                                                | must be an RFC 1035 label
          """)
  void aNameThatChildrenCouldNotCarryIsRefused(String name, String message) {
    assertThatThrownBy(() -> sessions.create(name)).hasMessageContaining(message);
  }

  @Test
  void aNameOf52CharactersIsAccepted() {
    sessions.create("a12345678901234567890123456789012345678901234567890a");
  }
}
