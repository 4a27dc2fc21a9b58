/**
 * What the operator costs, measured and never asserted: figures depend on the machine. {@code mvn
 * -Pbench} runs it, {@code docs/benchmarks.md} holds the figures.
 */
package dev.mcpsession.bench;
