/**
 * MCP clients: what they register or publish of themselves, and where an answer to them may be
 * sent.
 */
@NullMarked
package dev.mcpsession.signin.client;

import org.jspecify.annotations.NullMarked;
