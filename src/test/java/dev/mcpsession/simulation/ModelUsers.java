package dev.mcpsession.simulation;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.Names;
import dev.mcpsession.api.PodTemplate;
import dev.mcpsession.simulation.model.ModelApiServer;
import dev.mcpsession.simulation.model.ModelClusterApi;
import dev.mcpsession.simulation.model.ModelEndings;
import dev.mcpsession.simulation.model.Truth;
import dev.mcpsession.simulation.model.Words;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Users who create, use, change and delete sessions. */
final class ModelUsers {

  private final World world;
  private final ModelApiServer server;
  private final SessionEdits edits;
  private final TemplateUsers templates;
  private final ModelSources sources;
  private final Vandals vandals;
  private int images;

  ModelUsers(World world) {
    this.world = world;
    this.edits = new SessionEdits(world);
    this.templates = new TemplateUsers(world, edits);
    this.server = world.server;
    this.sources = new ModelSources(world);
    this.vandals = new Vandals(world);
  }

  /** Three if places are scarce: one that holds a place, and two in the queue. */
  List<String> names() {
    return isScarce() ? List.of("alice", "bob", "carol") : List.of("alice", "bob");
  }

  private boolean isScarce() {
    return world.places == 1;
  }

  void step() {
    String name = world.chance.oneOf(names());
    McpSession session = server.sessions.find(name);
    if (session == null) {
      create(name);
      return;
    }
    int choice = world.chance.below(100);
    if (isScarce() && world.chance.in(0.15)) {
      changeTemplate(session);
    } else if (choice < 35) {
      touch(session);
    } else if (choice < 42) {
      changeTemplate(session);
    } else if (choice < 47) {
      edits.annotate(session, Names.RESTARTED_AT, world.clock.instant().toString());
    } else if (choice < 50) {
      edits.change(session, "suspend", !Boolean.TRUE.equals(session.getSpec().suspend()));
    } else if (choice < 65) {
      Map.Entry<String, Object> field = world.chance.oneOf(fields());
      edits.change(session, field.getKey(), field.getValue());
    } else if (choice < 67) {
      delete(session);
    } else if (choice < 77) {
      sources.step();
    } else if (choice < 85) {
      world.nodes.step();
    } else if (!world.calm) {
      vandals.step(session);
    }
  }

  private List<Map.Entry<String, Object>> fields() {
    return List.of(
        Map.entry("idleTimeoutSeconds", world.chance.oneOf(List.of(0, 60, 300, 900, 3600))),
        Map.entry("maxLifetimeSeconds", world.chance.oneOf(List.of(600, 7200, 86400))),
        Map.entry("onIdle", world.chance.oneOf(List.of("Delete", "Suspend"))),
        Map.entry("startupTimeoutSeconds", startupTimeout()),
        Map.entry("drainSeconds", world.chance.oneOf(List.of(0, 10, 60))),
        Map.entry("port", world.chance.between(8080, 8082)),
        Map.entry("path", world.chance.oneOf(List.of("/mcp", "/other"))),
        Map.entry("service", world.chance.in(0.7)),
        Map.entry("token", sources.any()));
  }

  private int startupTimeout() {
    return world.starts.isZero() ? world.chance.oneOf(List.of(1, 20, 120)) : 120;
  }

  void create(String name) {
    Map<String, Object> spec = new HashMap<>();
    spec.put("user", name);
    spec.put("podTemplate", template());
    for (Map.Entry<String, Object> field : fields()) {
      boolean limits = field.getKey().equals("maxLifetimeSeconds");
      if (world.chance.in(limits ? 0.1 : 0.5)) {
        spec.put(field.getKey(), field.getValue());
      }
    }
    McpSession session = new McpSession();
    ObjectMetaBuilder metadata = new ObjectMetaBuilder().withName(name);
    if (world.chance.in(isScarce() ? 0.3 : 0.1)) {
      metadata.withFinalizers(ModelEndings.FOREIGN);
    }
    templates.offer(metadata, spec);
    session.setMetadata(metadata.build());
    session.setSpec(SessionEdits.spec(spec));
    server.createSession(session);
    world.trace.line("user creates " + name + " " + Words.of(spec));
  }

  /** Those who name templates, and the templates. */
  TemplateUsers templates() {
    return templates;
  }

  void delete(McpSession session) {
    world.trace.line("user deletes " + Truth.name(session));
    server.delete(server.sessions, Truth.name(session), null, null);
  }

  /** Removes foreign finalizers from sessions and their Services. */
  void release() {
    releaseServices();
    for (McpSession session : server.sessions.all()) {
      List<String> finalizers = new ArrayList<>(session.getMetadata().getFinalizers());
      if (!Truth.isLive(session) && finalizers.remove(ModelEndings.FOREIGN)) {
        world.trace.line("the finalizer of " + Truth.name(session) + " goes");
        McpSession released = server.sessions.read(Truth.name(session));
        released.getMetadata().setFinalizers(finalizers);
        server.replaceFinalizers(released);
      }
    }
  }

  void releaseServices() {
    server.services.all().stream()
        .filter(service -> !Truth.isLive(service))
        .forEach(service -> server.services.remove(Truth.name(service)));
  }

  /** Of a session that has none of its own, somebody changes the template that it names. */
  private void changeTemplate(McpSession session) {
    Object changed = template();
    if (session.getSpec().templateName() == null) {
      edits.change(session, "podTemplate", changed);
    } else {
      templates.editors().change(session.getSpec().templateName());
    }
  }

  private Object template() {
    String image =
        world.chance.in(0.12)
            ? world.chance.oneOf(
                List.of(
                    ModelClusterApi.INVALID_IMAGE,
                    ModelClusterApi.FORBIDDEN_IMAGE,
                    ModelKubelet.HUNG_IMAGE))
            : "image-" + ++images;
    return template(image, world.chance.in(0.1), world.chance.in(isScarce() ? 0.2 : 0.03));
  }

  static PodTemplate template(String image, boolean toleratesAll, boolean fitsNowhere) {
    PodSpecBuilder spec =
        new PodSpecBuilder().addNewContainer().withName("backend").withImage(image).endContainer();
    if (toleratesAll) {
      spec.addNewToleration().withOperator("Exists").endToleration();
    }
    if (fitsNowhere) {
      spec.addToNodeSelector("zone", "nowhere");
    }
    return new PodTemplate(null, spec.build());
  }

  private void touch(McpSession session) {
    edits.annotate(session, Names.LAST_ACTIVE, world.writers.next(world.clock.instant()));
  }

  /** Repairs everything, so that every session can reach its desired state. */
  void repair() {
    vandals.leave();
    sources.repair();
    templates.editors().repair();
    for (McpSession session : server.sessions.all()) {
      if (Truth.isLive(session) && session.getSpec().podTemplate() != null) {
        edits.change(session, "podTemplate", template("image-" + ++images, false, false));
      }
    }
  }

  /** Simulates traffic, so that nothing is idle. */
  void use() {
    for (McpSession session : server.sessions.all()) {
      edits.put(session, Names.LAST_ACTIVE, world.clock.instant().toString());
    }
  }
}
