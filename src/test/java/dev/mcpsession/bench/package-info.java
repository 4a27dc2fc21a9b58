/**
 * What the operator costs, measured and never asserted: figures depend on the machine. {@code mvn
 * -Pbench} runs it, {@code docs/benchmarks.md} holds the figures. Each benchmark is a class here;
 * what they load the operator with and how they report is in the two packages below.
 */
@NullMarked
package dev.mcpsession.bench;

import org.jspecify.annotations.NullMarked;
