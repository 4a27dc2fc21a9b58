package dev.mcpsession.signin.account;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.session.SessionName;
import dev.mcpsession.signin.identity.Person;
import dev.mcpsession.signin.identity.SignIn;
import dev.mcpsession.signin.identity.SignIn.ClientName;
import dev.mcpsession.signin.identity.SignIn.RefreshState;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What people have, as Kubernetes keeps it. */
public final class AccountObjects {
  public static final Owner OWNER = new Owner("https://git.example", "17");
  public static final Person ALICE = new Person(OWNER, "alice", Set.of("staff"), "of-git");

  private AccountObjects() {}

  /**
   * A template of namespace team whose users sign in at git.example.
   *
   * @param more of its spec, in YAML
   */
  public static McpSessionTemplate template(String name, String more) {
    return Serialization.unmarshal(
        """
        metadata: {namespace: team, name: %1$s, uid: uid-%1$s, generation: 1}
        spec:
          signIn:
            identity: Upstream
            authorizationEndpoint: https://git.example/authorize
            userInfoEndpoint: https://git.example/userinfo
        %2$s
        """
            .formatted(name, more.indent(2).stripTrailing()),
        McpSessionTemplate.class);
  }

  /** One that everybody may use, and of which each user gives a grant. */
  public static McpSessionTemplate template(String name) {
    return template(
        name,
        """
        access: {everyone: true}
        session:
          idleTimeoutSeconds: 900
          podTemplate: {}
          token:
            oauth2Refresh: {tokenEndpoint: "https://git.example/token", clientSecretName: client}
        """);
  }

  /**
   * The session of a person at a template, made at 08:00.
   *
   * @param more of the object, in YAML
   */
  public static McpSession session(McpSessionTemplate template, Owner owner, String more) {
    McpResource resource = McpResource.of(template);
    return Serialization.unmarshal(
        """
        metadata:
          namespace: %s
          name: %s
          uid: uid-of-session
          resourceVersion: "7"
          creationTimestamp: "2026-11-21T08:00:00Z"
        spec:
          user: alice
          owner: {issuer: "%s", subject: "%s"}
          templateRef: {name: %s}
        %s
        """
            .formatted(
                resource.namespace(),
                SessionName.of(resource, owner),
                owner.issuer(),
                owner.subject(),
                resource.template(),
                more),
        McpSession.class);
  }

  /** A client's sign-in at team/forgejo. */
  public static SignIn client(String id, Person person, String name, Instant at) {
    return new SignIn(
        id.repeat(40),
        person,
        Optional.of(new McpResource("team", "forgejo")),
        Optional.of(new ClientName("ab".repeat(32), name, "client.example")),
        List.of(),
        at,
        at,
        new RefreshState(1, "cd".repeat(32), Optional.empty(), at),
        false,
        Optional.empty());
  }

  /** A sign-in at the account page. */
  public static SignIn browser(String id, Person person, Instant at) {
    SignIn client = client(id, person, "", at);
    return new SignIn(
        client.id(),
        person,
        Optional.empty(),
        Optional.empty(),
        List.of(),
        at,
        at,
        client.refresh(),
        false,
        Optional.empty());
  }
}
