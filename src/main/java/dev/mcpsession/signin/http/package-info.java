/** The endpoints: they read requests, have them decided, and carry the decisions out. */
@NullMarked
package dev.mcpsession.signin.http;

import org.jspecify.annotations.NullMarked;
