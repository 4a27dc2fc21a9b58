/**
 * The {@code McpSession} custom resource and all of its names that users rely on. Imports none of
 * the other packages.
 */
@NullMarked
package dev.mcpsession.api;

import org.jspecify.annotations.NullMarked;
