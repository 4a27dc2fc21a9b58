package dev.mcpsession.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@ClusterTest
class McpSessionTemplateRulesIT {
  private final StoredObjects<McpSessionTemplate> templates;

  McpSessionTemplateRulesIT(Cluster cluster) {
    this.templates = StoredObjects.templates(cluster);
  }

  @BeforeEach
  void removeTemplates() {
    templates.removeAll();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {session: null}                                   | spec.session: Required value
          {activity: Bytes}                                 | supported values: "Requests", "Streams"
          {onDisconnect: Delete}                            | supported values: "Keep", "Release"
          {disconnectGraceSeconds: -1}                      | spec.disconnectGraceSeconds in body should be greater than or equal to 0
          {disconnectGraceSeconds: 31536001}                | spec.disconnectGraceSeconds in body should be less than or equal to 31536000
          {connectionsPerSession: 0}                        | spec.connectionsPerSession in body should be greater than or equal to 1
          {connectionsPerSession: 1025}                     | spec.connectionsPerSession in body should be less than or equal to 1024
          {access: {everyone: 'yes'}}                       | spec.access.everyone in body must be of type boolean
          {access: {users: alice}}                          | spec.access.users in body must be of type array
          {access: {groups: [1]}}                           | spec.access.groups[0] in body must be of type string
          {access: {requiredScopes: {a: b}}}                | spec.access.requiredScopes in body must be of type array
          {session: {podTemplate: null}}                    | spec.session.podTemplate: Required value
          {session: {podTemplate: {spec: null}}}            | spec.session.podTemplate.spec: Required value
          {session: {podTemplate: {spec: {containers: []}}}} | spec.session.podTemplate.spec.containers in body should have at least 1 items
          {session: {podTemplate: {metadata: {labels: {mcpsession.dev/session: a}}}}} | labels that begin with mcpsession.dev/ are set by the operator alone
          {session: {podTemplate: {metadata: {annotations: {mcpsession.dev/port: a}}}}} | annotations that begin with mcpsession.dev/ are set by the operator alone
          {session: {idleTimeoutSeconds: -1}}               | spec.session.idleTimeoutSeconds in body should be greater than or equal to 0
          {session: {idleTimeoutSeconds: 31536001}}         | spec.session.idleTimeoutSeconds in body should be less than or equal to 31536000
          {session: {maxLifetimeSeconds: 0}}                | spec.session.maxLifetimeSeconds in body should be greater than or equal to 1
          {session: {onIdle: Keep}}                         | supported values: "Delete", "Suspend"
          {session: {deleteAfterIdleSeconds: -1}}           | spec.session.deleteAfterIdleSeconds in body should be greater than or equal to 0
          {session: {deleteAfterIdleSeconds: 31536001}}     | spec.session.deleteAfterIdleSeconds in body should be less than or equal to 31536000
          {session: {startupTimeoutSeconds: 0}}             | spec.session.startupTimeoutSeconds in body should be greater than or equal to 1
          {session: {startupTimeoutSeconds: 86401}}         | spec.session.startupTimeoutSeconds in body should be less than or equal to 86400
          {session: {drainSeconds: 86401}}                  | spec.session.drainSeconds in body should be less than or equal to 86400
          {session: {drainSeconds: 1m}}                     | spec.session.drainSeconds in body must be of type integer
          {session: {replacement: Rolling}}                 | supported values: "Recreate", "Surge"
          {session: {port: 0}}                              | spec.session.port in body should be greater than or equal to 1
          {session: {path: mcp}}                            | spec.session.path in body should match
          {session: {serviceAppProtocol: 'a b'}}            | spec.session.serviceAppProtocol in body should match
          {session: {token: {}}}                            | exactly one token source must be set
          {session: {token: {secret: {name: a}, serviceAccount: {name: b}}}} | exactly one token source must be set
          {session: {token: {secret: {name: A_B}}}}         | spec.session.token.secret.name in body should match
          {session: {token: {secret: {name: a}, env: 1ST}}} | spec.session.token.env in body should match
          {session: {token: {serviceAccount: {name: a}, renewBeforeSeconds: 3600}}} | renewBeforeSeconds must be less than serviceAccount.expirationSeconds
          {session: {token: {oauth2ClientCredentials: {tokenEndpoint: 'https://a/b', clientSecretName: a, clientAuthentication: none}}}} | a public client cannot use client credentials
          """)
  void aBadSpecIsRefusedWithAMessageThatSaysWhy(String change, String message) {
    templates.create("forgejo");
    assertThatThrownBy(() -> templates.patch("forgejo", "spec: " + change))
        .isInstanceOfSatisfying(
            KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(422))
        .hasMessageContaining(message);
  }

  /** The user's own session names the grant. */
  @Test
  void aTokenSourceMayLeaveTheGrantToItsSessions() {
    templates.create("forgejo");
    McpSessionTemplate stored =
        templates.patch(
            "forgejo",
            "spec: {session: {token: {oauth2Refresh: {tokenEndpoint: 'https://a/b',"
                + " clientSecretName: a}}}}");
    assertThat(stored.getSpec().session().token()).isNotNull();
  }

  @ParameterizedTest(name = "{0}, {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "-",
      textBlock =
          """
          {}                                                        | -                                | spec.signIn.identity: Required value
          {identity: Google}                                        | -                                | supported values: "Issuer", "Upstream"
          {identity: Upstream}                                      | {oauth2Refresh: REFRESH}         | set authorizationEndpoint and userInfoEndpoint
          {identity: Upstream, userInfoEndpoint: 'https://a/u'}     | {oauth2Refresh: REFRESH}         | set authorizationEndpoint and userInfoEndpoint
          {identity: Upstream, authorizationEndpoint: 'https://a/a'} | {oauth2Refresh: REFRESH}        | set authorizationEndpoint and userInfoEndpoint
          {identity: Upstream, authorizationEndpoint: 'https://a/a', userInfoEndpoint: 'https://a/u'} | - | signIn.authorizationEndpoint needs session.token.oauth2Refresh
          {identity: Upstream, authorizationEndpoint: 'https://a/a', userInfoEndpoint: 'https://a/u'} | {secret: {name: a}} | signIn.authorizationEndpoint needs session.token.oauth2Refresh
          {identity: Upstream, authorizationEndpoint: 'https://a/a', userInfoEndpoint: 'https://a/u'} | {oauth2Refresh: ONE_GRANT} | remove session.token.oauth2Refresh.grantSecretName
          {identity: Issuer, authorizationEndpoint: 'https://a/a'}  | -                                | signIn.authorizationEndpoint needs session.token.oauth2Refresh
          {identity: Issuer, authorizationEndpoint: 'https://a/a'}  | {oauth2Refresh: ONE_GRANT}       | remove session.token.oauth2Refresh.grantSecretName
          {identity: Issuer, userInfoEndpoint: 'https://a/u'}       | -                                | userInfoEndpoint and scopes are of an upstream
          {identity: Issuer, scopes: [a]}                           | -                                | userInfoEndpoint and scopes are of an upstream
          {identity: Issuer, scopes: ['a b']}                       | -                                | spec.signIn.scopes[0] in body should match
          {identity: Issuer, authorizationEndpoint: 'ftp://a/a'}    | -                                | spec.signIn.authorizationEndpoint in body should match
          {identity: Issuer, subjectClaim: ''}                      | -                                | spec.signIn.subjectClaim in body should be at least 1 chars long
          {identity: Upstream, authorizationEndpoint: 'https://a/a', userInfoEndpoint: 'https://a/u', scopes: [a]} | {oauth2Refresh: REFRESH} | -
          {identity: Issuer, authorizationEndpoint: 'https://a/a'}  | {oauth2Refresh: REFRESH}         | -
          {identity: Issuer}                                        | {oauth2Refresh: ONE_GRANT}       | -
          {identity: Issuer}                                        | {secret: {name: a}}              | -
          {identity: Issuer}                                        | -                                | -
          """)
  void aSignInFitsToTheTokenOrIsRefusedWithWhatToDo(
      String signIn, @Nullable String token, @Nullable String message) {
    templates.create("forgejo");
    String change =
        "spec: {signIn: %s, session: {token: %s}}"
            .formatted(signIn, token)
            .replace("REFRESH", "{tokenEndpoint: 'https://a/b', clientSecretName: a}")
            .replace(
                "ONE_GRANT",
                "{tokenEndpoint: 'https://a/b', clientSecretName: a, grantSecretName: a}");
    if (message == null) {
      assertThat(templates.patch("forgejo", change).getSpec().signIn()).isNotNull();
    } else {
      assertThatThrownBy(() -> templates.patch("forgejo", change))
          .isInstanceOfSatisfying(
              KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(422))
          .hasMessageContaining(message);
    }
  }

  /** One template that the operator cannot read would end its watch of all templates. */
  @ParameterizedTest(name = "{0}")
  @MethodSource
  void whateverIsStoredCanBeRead(String change) {
    templates.create("forgejo");
    try {
      templates.patchUnread("forgejo", change);
    } catch (KubernetesClientException refused) {
      assertThat(refused.getCode()).isIn(400, 422);
    }
    assertThat(templates.all()).hasSize(1);
  }

  static Stream<String> whateverIsStoredCanBeRead() {
    return Stream.concat(
        StoredObjects.UNREADABLE_POD_TEMPLATES.stream()
            .map(template -> "spec: {session: {podTemplate: " + template + "}}"),
        Stream.of(
            "spec: {access: {users: [null]}}",
            "spec: {signIn: {identity: Issuer, scopes: [null]}}",
            "spec: {signIn: {identity: null}}",
            "spec: {signIn: null}",
            "spec: {session: {idleTimeoutSeconds: 99999999999}}",
            "status: {sessions: 99999999999}",
            "status: {upToDate: -1}",
            "status: {observedGeneration: 99999999999999999999}",
            "status: {conditions: [null]}",
            "status: {conditions: [{type: Valid, status: Maybe}]}",
            "status: {conditions: [{type: Valid, status: 'True', lastTransitionTime: today}]}"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a2345678901234567890123456 | no more than 25 characters
          forgejo.team               | must be an RFC 1035 label
          1forgejo                   | must be an RFC 1035 label
          """)
  void aNameThatSessionsCouldNotCarryIsRefused(String name, String message) {
    assertThatThrownBy(() -> templates.create(name)).hasMessageContaining(message);
  }

  @Test
  void aNameOf25CharactersIsAccepted() {
    templates.create("a234567890123456789012345");
  }
}
