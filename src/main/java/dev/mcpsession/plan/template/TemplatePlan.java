package dev.mcpsession.plan.template;

import dev.mcpsession.api.McpSessionTemplateStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What to do about a template.
 *
 * @param check whether to ask the API server for a Pod made from it, and to plan again then
 * @param status to be written; null if it stays
 * @param wakeAt when time alone changes the plan; null if only an event does
 */
public record TemplatePlan(
    boolean check, @Nullable McpSessionTemplateStatus status, @Nullable Instant wakeAt) {}
