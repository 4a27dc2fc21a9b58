/**
 * Every permission of the operator and of the session gateway: the one table from which Roles and
 * documents are generated.
 */
@NullMarked
package dev.mcpsession.rbac;

import org.jspecify.annotations.NullMarked;
