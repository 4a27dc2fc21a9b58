package dev.mcpsession.quickstart;

import static dev.mcpsession.quickstart.Story.check;
import static dev.mcpsession.quickstart.Story.expect;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.Names;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * A change of a template, and how it reaches the sessions that name it: one after the other, as the
 * quick start's operator has {@code maxConcurrentReplacements: 1}.
 *
 * @param applied a session that names the template; another user's is added
 */
record RolloutStory(
    KubernetesClient client, McpSessionTemplate template, McpSession applied, Timeline timeline) {
  /** For what depends on one or two processes being started. */
  private static final Duration STARTS = Duration.ofSeconds(30);

  private static final Duration SOON = Duration.ofSeconds(10);

  /**
   * Runs the story.
   *
   * @throws IllegalStateException if something was not seen in time, or in the wrong order
   */
  void tell() {
    String name = template.getMetadata().getName();
    McpSession other = anotherUsers(name + "-erin", "erin");
    try (TemplateWatch shown = new TemplateWatch(client, name, timeline);
        SessionWatch one = new SessionWatch(client, applied.getMetadata().getName(), timeline);
        SessionWatch two = new SessionWatch(client, other.getMetadata().getName(), timeline)) {
      timeline.add("apply", "McpSessionTemplate default/" + name + ", and two sessions of it");
      client.resource(template).create();
      client.resource(applied).create();
      client.resource(other).create();
      expect("revisions 1 serve", STARTS, () -> one.isServing(1) && two.isServing(1));
      expect("the template says so", SOON, () -> shown.isUpToDate(1, 2));

      timeline.add("apply", "McpSessionTemplate default/" + name + " with another image");
      long generation = changeImage();
      expect(
          "the template is up to date: kubectl wait --for=condition=UpToDate would return",
          STARTS.plus(SOON),
          () -> shown.isUpToDate(generation, 2));
      expect("revisions 2 serve", SOON, () -> one.isServing(2) && two.isServing(2));
      checkOrder(one, two);
    }
  }

  private McpSession anotherUsers(String name, String user) {
    McpSession other = new McpSession();
    other.setMetadata(new ObjectMetaBuilder().withName(name).build());
    other.setSpec(
        client
            .getKubernetesSerialization()
            .convertValue(
                Map.of("user", user, "templateRef", applied.getSpec().templateRef()),
                McpSessionSpec.class));
    return other;
  }

  /** The generation after that. */
  private long changeImage() {
    return client
        .resource(template)
        .patch(
            PatchContext.of(PatchType.JSON),
            """
            [{"op": "replace", "path": "/spec/session/podTemplate/spec/containers/0/image",
              "value": "busybox:1.36"}]
            """)
        .getMetadata()
        .getGeneration();
  }

  private void checkOrder(SessionWatch one, SessionWatch two) {
    Instant made = made(one);
    boolean inOrder = made.isBefore(made(two));
    SessionWatch first = inOrder ? one : two;
    SessionWatch second = inOrder ? two : one;
    Instant ready = ready(first);
    check(
        !made(second).isBefore(ready),
        "the second replacement began before the first was over, with one place for both");
    for (SessionWatch watch : new SessionWatch[] {one, two}) {
      check(watch.seen("status not Ready").isEmpty(), watch.name() + " was not Ready all the time");
    }
    timeline.add(
        "check",
        "replaced one after the other, always Ready: %s Ready at %.1f s, %s made at %.1f s"
            .formatted(
                newPod(first),
                timeline.seconds(ready),
                newPod(second),
                timeline.seconds(made(second))));
  }

  private static String newPod(SessionWatch watch) {
    return Names.child(watch.name(), 2);
  }

  private static Instant made(SessionWatch watch) {
    return watch.seen("Pod " + newPod(watch) + " made").orElseThrow();
  }

  private static Instant ready(SessionWatch watch) {
    return watch.seen("Pod " + newPod(watch) + " Ready").orElseThrow();
  }
}
