package dev.mcpsession.reconcile.cache;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionTemplate;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.function.Consumer;

/** The informer of templates, which tells of every change, also of one that concerns no session. */
final class TemplateEvents extends InformerEventSource<McpSessionTemplate, McpSession> {
  private final transient Consumer<McpSessionTemplate> changed;

  /**
   * @param changed is called after the cache has the change
   */
  TemplateEvents(
      InformerEventSourceConfiguration<McpSessionTemplate> configuration,
      EventSourceContext<McpSession> context,
      Consumer<McpSessionTemplate> changed) {
    super(configuration, context);
    this.changed = changed;
  }

  @Override
  public void onAdd(McpSessionTemplate template) {
    super.onAdd(template);
    changed.accept(template);
  }

  @Override
  public void onUpdate(McpSessionTemplate before, McpSessionTemplate template) {
    super.onUpdate(before, template);
    changed.accept(template);
  }

  @Override
  public void onDelete(McpSessionTemplate template, boolean stateUnknown) {
    super.onDelete(template, stateUnknown);
    changed.accept(template);
  }
}
