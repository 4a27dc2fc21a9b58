package dev.mcpsession.signin.kubernetes;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.session.SessionName;
import dev.mcpsession.gateway.session.SessionView;
import dev.mcpsession.kube.ApiErrors;
import dev.mcpsession.kube.ConditionalDelete;
import dev.mcpsession.signin.identity.Endings;
import dev.mcpsession.signin.identity.Grants;
import dev.mcpsession.signin.identity.Person;
import dev.mcpsession.signin.identity.SignIn;
import dev.mcpsession.signin.identity.SignIns;
import dev.mcpsession.signin.identity.StoreException;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what is stored. A step that fails keeps no later one from being done, since nobody may be
 * signed in any more who could ask for it again; the first failure is told at the end.
 */
public final class KubernetesEndings implements Endings {
  private static final Logger log = LoggerFactory.getLogger(KubernetesEndings.class);

  /**
   * What the endings need besides the API server.
   *
   * @param templates of the gateway
   * @param connections ends the MCP session ids of a session for all replicas
   * @param fingerprints of what vouches for the users of a template, as {@link Person#provider} has
   *     it; empty: nothing does
   * @param revocation tells upstreams
   */
  public record With(
      SignIns signIns,
      Grants grants,
      SessionView templates,
      Function<SessionKey, CompletionStage<Void>> connections,
      Function<McpSessionTemplate, Optional<String>> fingerprints,
      Revocation revocation) {}

  private final KubernetesClient client;
  private final ConditionalDelete deletes;
  private final With with;

  public KubernetesEndings(KubernetesClient client, With with) {
    this.client = client;
    this.deletes = new ConditionalDelete(client);
    this.with = with;
  }

  @Override
  public void endSignIn(SignIn signIn) throws StoreException {
    Steps steps = new Steps();
    Owner owner = signIn.person().owner();
    boolean isLast =
        with.signIns.of(owner).stream()
            .noneMatch(
                it -> !it.id().equals(signIn.id()) && it.resource().equals(signIn.resource()));
    steps.take(() -> with.signIns.end(signIn.id()));
    Optional<McpSessionTemplate> template = signIn.resource().flatMap(this::template);
    if (isLast && template.isPresent()) {
      endSessionAndGrant(template.get(), owner, steps);
    }
    steps.end();
  }

  /** One that is gone took its sessions and grants with it. */
  private Optional<McpSessionTemplate> template(McpResource resource) {
    return Optional.ofNullable(with.templates.template(resource.namespace(), resource.template()));
  }

  @Override
  public void endSession(McpSessionTemplate template, Owner owner) throws StoreException {
    McpResource resource = McpResource.of(template);
    String name = SessionName.of(resource, owner);
    String what = "McpSession " + resource.namespace() + "/" + name;
    try {
      McpSession found =
          client.resources(McpSession.class).inNamespace(resource.namespace()).withName(name).get();
      if (found == null || !found.getSpec().isOf(owner, resource.template())) {
        return;
      }
      endConnections(SessionKey.of(found));
      deletes.delete(
          ConditionalDelete.Kind.SESSION,
          resource.namespace(),
          name,
          found.getMetadata().getUid(),
          null);
    } catch (KubernetesClientException e) {
      if (!ApiErrors.isGone(e) && !ApiErrors.isConflict(e)) {
        throw StoreFailure.of(e, "end " + what);
      }
    }
  }

  /** They end with the session in any case, only a little later. */
  private void endConnections(SessionKey session) {
    try {
      with.connections.apply(session).toCompletableFuture().join();
    } catch (CompletionException e) {
      log.warn("The session ids of {} end with it: {}", session, ApiErrors.reason(e));
    }
  }

  @Override
  public void takeBack(McpSessionTemplate template, Owner owner) throws StoreException {
    Steps steps = new Steps();
    Optional<McpResource> resource = Optional.of(McpResource.of(template));
    endSignIns(owner, it -> it.resource().equals(resource), steps);
    endSessionAndGrant(template, owner, steps);
    steps.end();
  }

  @Override
  public void endAll(Person person) throws StoreException {
    Steps steps = new Steps();
    Owner owner = person.owner();
    endSignIns(owner, it -> it.person().provider().equals(person.provider()), steps);
    for (McpSessionTemplate template : with.templates.templates()) {
      if (with.fingerprints.apply(template).filter(person.provider()::equals).isPresent()) {
        endSessionAndGrant(template, owner, steps);
      }
    }
    steps.end();
  }

  private void endSignIns(Owner owner, Predicate<SignIn> which, Steps steps) {
    for (SignIn signIn : with.signIns.of(owner)) {
      if (which.test(signIn)) {
        steps.take(() -> with.signIns.end(signIn.id()));
      }
    }
  }

  private void endSessionAndGrant(McpSessionTemplate template, Owner owner, Steps steps) {
    steps.take(() -> endSession(template, owner));
    if (template.getSpec().givesEachUserAGrant()) {
      steps.take(
          () ->
              with.grants
                  .delete(template, owner)
                  .ifPresent(refreshToken -> revoke(template, refreshToken)));
    }
  }

  private void revoke(McpSessionTemplate template, String refreshToken) {
    try {
      with.revocation.revoke(template, refreshToken);
    } catch (Exception e) { // whatever it is, the grant is deleted
      log.warn(
          "A grant of template {} was deleted, but the upstream did not revoke it: {}",
          McpResource.of(template),
          e.getMessage());
    }
  }

  /** Does one after the other, and keeps the first failure. */
  private static final class Steps {
    private @Nullable StoreException failure;

    /** One that may fail. */
    interface Step {
      void take() throws StoreException;
    }

    void take(Step step) {
      try {
        step.take();
      } catch (StoreException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }

    void end() throws StoreException {
      if (failure != null) {
        throw failure;
      }
    }
  }
}
