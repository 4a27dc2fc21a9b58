/**
 * A cluster without a cluster: an API server in this process, and a node that runs each Pod's
 * backend as a local process, the sample MCP server. Shared by the quick start and the training of
 * the AOT cache; validates nothing, so nothing is proved by it.
 */
@NullMarked
package dev.mcpsession.embedded;

import org.jspecify.annotations.NullMarked;
