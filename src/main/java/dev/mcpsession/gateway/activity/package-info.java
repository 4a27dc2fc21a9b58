/** Reports use of sessions to the operator. */
@NullMarked
package dev.mcpsession.gateway.activity;

import org.jspecify.annotations.NullMarked;
