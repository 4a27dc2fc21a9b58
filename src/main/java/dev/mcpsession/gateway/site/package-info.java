/** PURE. What a part of the gateway that is no MCP endpoint is asked, and what it answers. */
@NullMarked
package dev.mcpsession.gateway.site;

import org.jspecify.annotations.NullMarked;
