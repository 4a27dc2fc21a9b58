/**
 * What is measured: the operator as a jar or a Pod, crowds of sessions for it to manage, and what
 * is observed of them.
 */
@NullMarked
package dev.mcpsession.bench.load;

import org.jspecify.annotations.NullMarked;
