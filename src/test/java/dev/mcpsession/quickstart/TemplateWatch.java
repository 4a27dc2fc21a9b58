package dev.mcpsession.quickstart;

import dev.mcpsession.api.Condition;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.McpSessionTemplateStatus;
import dev.mcpsession.api.TemplateConditionType;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a watch says of one template, written to the timeline as it comes. */
final class TemplateWatch implements AutoCloseable {
  private final String name;
  private final Timeline timeline;
  private final SharedIndexInformer<McpSessionTemplate> informer;
  private volatile Optional<McpSessionTemplate> template = Optional.empty();
  private String said = "";

  TemplateWatch(KubernetesClient client, String name, Timeline timeline) {
    this.name = name;
    this.timeline = timeline;
    informer =
        client
            .resources(McpSessionTemplate.class)
            .inform(
                new ResourceEventHandler<>() {
                  @Override
                  public void onAdd(McpSessionTemplate seen) {
                    see(seen);
                  }

                  @Override
                  public void onUpdate(McpSessionTemplate before, McpSessionTemplate seen) {
                    see(seen);
                  }

                  @Override
                  public void onDelete(McpSessionTemplate gone, boolean unknown) {
                    template = Optional.empty();
                  }
                });
  }

  /**
   * Whether UpToDate is True of this generation, as {@code kubectl wait} asks.
   *
   * @param sessions number of sessions that it must be about
   */
  boolean isUpToDate(long generation, int sessions) {
    return template
        .map(McpSessionTemplate::getStatus)
        .filter(status -> Integer.valueOf(sessions).equals(status.sessions()))
        .flatMap(status -> condition(status, TemplateConditionType.UpToDate))
        .filter(Condition::isTrue)
        .filter(upToDate -> Long.valueOf(generation).equals(upToDate.observedGeneration()))
        .isPresent();
  }

  private synchronized void see(McpSessionTemplate seen) {
    if (!seen.getMetadata().getName().equals(name)) {
      return;
    }
    template = Optional.of(seen);
    String words = words(seen.getStatus());
    if (!words.isEmpty() && !words.equals(said)) {
      said = words;
      timeline.add("status", name + ": " + words);
    }
  }

  private static String words(@Nullable McpSessionTemplateStatus status) {
    return status == null
        ? ""
        : "%d sessions, %d up to date; %s"
            .formatted(
                status.sessions(),
                status.upToDate(),
                conditions(status).stream()
                    .map(it -> it.type() + " " + it.status() + " (" + it.reason() + ")")
                    .collect(Collectors.joining(", ")));
  }

  private static Optional<Condition> condition(
      McpSessionTemplateStatus status, TemplateConditionType type) {
    return conditions(status).stream().filter(it -> it.type().equals(type.name())).findFirst();
  }

  private static List<Condition> conditions(McpSessionTemplateStatus status) {
    return Objects.requireNonNullElse(status.conditions(), List.of());
  }

  @Override
  public void close() {
    informer.close();
  }
}
