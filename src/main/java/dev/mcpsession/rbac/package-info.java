/** Every permission of the operator: the one table from which Roles and documents are generated. */
@NullMarked
package dev.mcpsession.rbac;

import org.jspecify.annotations.NullMarked;
