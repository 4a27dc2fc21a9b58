/**
 * What is measured: the operator as a jar or a Pod, crowds of sessions for it to care for, and what
 * is seen of them.
 */
@NullMarked
package dev.mcpsession.bench.load;

import org.jspecify.annotations.NullMarked;
